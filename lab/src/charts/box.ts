/** A rectangle in pixels. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export interface Pixel {
  readonly x: number;
  readonly y: number;
}

/** What is less than `across` to the left and right of a point, and less than `down` above and below it. */
export function around({ x, y }: Pixel, across: number, down: number): Box {
  return { left: x - across, top: y - down, width: 2 * across, height: 2 * down };
}

/** The area that two boxes share. */
export function overlap(a: Box, b: Box): number {
  const width = Math.min(a.left + a.width, b.left + b.width) - Math.max(a.left, b.left);
  const height = Math.min(a.top + a.height, b.top + b.height) - Math.max(a.top, b.top);
  return Math.max(0, width) * Math.max(0, height);
}

/** The length of the part of a straight line from a to b that is less than `margin` away from a box, across and down. */
export function lengthWithin({ left, top, width, height }: Box, margin: number, a: Pixel, b: Pixel): number {
  const [low, high] = [left - margin, left + width + margin];
  if (Math.max(a.x, b.x) <= low || Math.min(a.x, b.x) >= high) return 0; // most lines: a curve has thousands
  const across = rangeBetween(a.x, b.x, low, high);
  const down = rangeBetween(a.y, b.y, top - margin, top + height + margin);
  const part = Math.min(1, across[1], down[1]) - Math.max(0, across[0], down[0]);
  return Math.max(0, part) * Math.hypot(b.x - a.x, b.y - a.y);
}

/** The range of t in which a + t (b − a) is between two limits; the empty range from 1 to 0 if there is none. */
function rangeBetween(a: number, b: number, low: number, high: number): [from: number, to: number] {
  if (a === b) return low < a && a < high ? [0, 1] : [1, 0];
  const [s, t] = [(low - a) / (b - a), (high - a) / (b - a)];
  return s < t ? [s, t] : [t, s];
}
