/** A point: x, y. */
export type Point = readonly [number, number];

const HEAD = 7;

/** An arrow of the forward or backward pass. A hidden one has its place, so that it can come and go. */
export function Arrow({
  from,
  to,
  kind = 'forward',
  weight = 1.6,
  isShown = true,
}: {
  readonly from: Point;
  readonly to: Point;
  readonly kind?: 'forward' | 'backward';
  readonly weight?: number;
  readonly isShown?: boolean;
}) {
  return <PathArrow points={[from, to]} kind={kind} weight={weight} isShown={isShown} />;
}

/** An arrow along several points. */
export function PathArrow({
  points,
  kind = 'forward',
  weight = 1.6,
  isShown = true,
}: {
  readonly points: readonly Point[];
  readonly kind?: 'forward' | 'backward';
  readonly weight?: number;
  readonly isShown?: boolean;
}) {
  const [before, end] = points.slice(-2);
  const angle = Math.atan2(end[1] - before[1], end[0] - before[0]);
  const head = HEAD + weight;
  const at = (distance: number, side: number): string => {
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
    return `${end[0] - distance * cos - side * sin},${end[1] - distance * sin + side * cos}`;
  };
  const neck = at(head - 1, 0)
    .split(',')
    .map(Number) as unknown as Point;
  const line = [...points.slice(0, -1), neck].map(([x, y]) => `${x},${y}`).join(' ');
  return (
    <g class={`draw-arrow ${kind}`} style={{ opacity: isShown ? 1 : 0 }}>
      <polyline points={line} style={{ strokeWidth: weight }} />
      <polygon points={`${end[0]},${end[1]} ${at(head, head * 0.5)} ${at(head, -head * 0.5)}`} />
    </g>
  );
}
