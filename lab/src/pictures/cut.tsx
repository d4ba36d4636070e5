import { Label } from './label.tsx';

/** The cut of a block: a line through the backward arrows, never through the forward ones. */
export function Cut({
  x,
  top,
  bottom,
}: {
  readonly x: number;
  readonly top: number;
  readonly bottom: number;
}) {
  return (
    <g class="draw-cut">
      <line x1={x} x2={x} y1={top} y2={bottom} />
      <Label x={x} y={bottom + 14} tone="backward">
        ✂
      </Label>
    </g>
  );
}
