import './pictures.css';
import type { ComponentChildren } from 'preact';

/** Words or a number in a drawing, centred at a point by default. */
export function Label({
  x,
  y,
  anchor = 'middle',
  tone = 'plain',
  children,
}: {
  readonly x: number;
  readonly y: number;
  readonly anchor?: 'start' | 'middle' | 'end';
  readonly tone?: 'plain' | 'soft' | 'strong' | 'small' | 'backward';
  readonly children: ComponentChildren;
}) {
  return (
    <text x={x} y={y} text-anchor={anchor} class={`draw-label ${tone}`}>
      {children}
    </text>
  );
}

/** A computed number in a drawing. */
export function NumberLabel({
  name,
  value,
  shown,
  ...place
}: {
  readonly x: number;
  readonly y: number;
  readonly name: string;
  readonly value: number;
  readonly shown: string;
  readonly tone?: 'plain' | 'strong' | 'small' | 'backward';
}) {
  return (
    <g data-testid="tour-value" data-name={name} data-value={String(value)}>
      <Label {...place}>{shown}</Label>
    </g>
  );
}
