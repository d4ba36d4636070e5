import type { ComponentChildren } from 'preact';
import { Label } from './label.tsx';

/** A layer, or a value that enters it. */
export function Box({
  x,
  y,
  width,
  height,
  tone = 'layer',
  children,
}: {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly tone?: 'layer' | 'active' | 'quiet' | 'module';
  readonly children?: ComponentChildren;
}) {
  return (
    <g>
      <rect x={x} y={y} width={width} height={height} rx={6} class={`draw-box ${tone}`} />
      {children !== undefined && (
        <Label x={x + width / 2} y={y + height / 2 + 5}>
          {children}
        </Label>
      )}
    </g>
  );
}
