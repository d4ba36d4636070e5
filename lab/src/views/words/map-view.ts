/** A point of the map in pixels of the canvas. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Which part of the map is shown: pixels = scale · coordinates + offset; y points down. */
export interface MapView {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

/** Space around the points, in pixels. */
const MARGIN = 36;
const [NEAREST, FURTHEST] = [0.5, 200];

/** The view that shows all points. */
export function fitted(
  { x, y }: { readonly x: Float64Array; readonly y: Float64Array },
  width: number,
  height: number,
): MapView {
  const [left, right] = endsOf(x);
  const [low, high] = endsOf(y);
  const scale = Math.min(
    (width - 2 * MARGIN) / (right - left || 1),
    (height - 2 * MARGIN) / (high - low || 1),
  );
  return {
    scale: Math.max(scale, 1e-6),
    x: width / 2 - (scale * (left + right)) / 2,
    y: height / 2 + (scale * (low + high)) / 2,
  };
}

/** Zooms by a factor, so that the point at a pixel stays there. `whole` is the view of all points, which bounds the zoom. */
export function zoomed(view: MapView, by: number, at: Point, whole: MapView): MapView {
  const scale = Math.min(FURTHEST * whole.scale, Math.max(NEAREST * whole.scale, view.scale * by));
  const factor = scale / view.scale;
  return { scale, x: at.x - factor * (at.x - view.x), y: at.y - factor * (at.y - view.y) };
}

export function panned(view: MapView, dx: number, dy: number): MapView {
  return { ...view, x: view.x + dx, y: view.y + dy };
}

export function toPixels({ scale, x, y }: MapView, px: number, py: number): Point {
  return { x: scale * px + x, y: y - scale * py };
}

function endsOf(numbers: Float64Array): readonly [number, number] {
  return [numbers.reduce((a, b) => Math.min(a, b)), numbers.reduce((a, b) => Math.max(a, b))];
}

/** A place that a label takes. */
interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Labels that don't overlap: the first ones have priority. */
export class LabelPlaces {
  readonly #cells: Map<string, Box[]> = new Map();

  /** Takes a place, unless a label is there. */
  take(box: Box): boolean {
    const cells = cellsOf(box);
    const overlaps = cells.some((cell) => this.#cells.get(cell)?.some((other) => meet(box, other)));
    if (overlaps) return false;
    for (const cell of cells) this.#cells.set(cell, [...(this.#cells.get(cell) ?? []), box]);
    return true;
  }
}

/** The cells of a grid that a box touches. */
function cellsOf({ left, top, right, bottom }: Box): string[] {
  const size = 64;
  const cells: string[] = [];
  for (let i = Math.floor(left / size); i <= Math.floor(right / size); i++) {
    for (let j = Math.floor(top / size); j <= Math.floor(bottom / size); j++) cells.push(`${i} ${j}`);
  }
  return cells;
}

function meet(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}
