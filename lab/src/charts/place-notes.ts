import { around, type Box, lengthWithin, overlap, type Pixel } from './box.ts';
import type { Note } from './contents.ts';

/** A note at its point in pixels, with the width of its words. */
export interface MeasuredNote extends Pixel {
  readonly kind: Note['kind'];
  readonly width: number;
}

/** Height of a line of words, and the distances of words from their point: of names, and of others across and away. */
const [HEIGHT, FROM_LINE, ACROSS, AWAY] = [14, 3, 9, 6];
/** The distance of words from curves, less than `FROM_LINE`, and the width of a curve. */
const [FROM_CURVE, STROKE] = [2, 2];
/** How many more lines of words fit between a point and its words. */
const FURTHER = 3;

/**
 * Where the words of each note stand, names first: inside the chart, where they cover no other words, no curve and no
 * diamond, and names not next to a diamond. If there is no such place, where they cover least.
 * @param curves the points of each curve, baselines included, in pixels; straight lines join them
 * @param pixel the size of a CSS pixel
 */
export function placeNotes(
  notes: readonly MeasuredNote[],
  curves: readonly (readonly Pixel[])[],
  chart: Box,
  pixel: number,
): readonly Box[] {
  const points = notes.filter(({ kind }) => kind === 'best');
  const placed: Map<MeasuredNote, Box> = new Map();
  for (const note of [...notes.filter(isName), ...notes.filter((one) => !isName(one))]) {
    const kept = points.map((point) => (isName(note) ? reachOf(point, pixel) : diamondOf(point, pixel)));
    const taken = [...kept, ...placed.values()];
    const boxes = isName(note) ? alongLine(note, chart, pixel) : aroundPoint(note, chart, pixel);
    const cost = (box: Box) => areaLost(box, taken, chart) + areaOfCurves(box, curves, pixel);
    placed.set(note, cheapest(boxes, cost));
  }
  return notes.map((note) => placed.get(note) as Box);
}

function isName({ kind }: MeasuredNote): boolean {
  return kind === 'name' || kind === 'name-below';
}

function diamondOf(point: MeasuredNote, pixel: number): Box {
  return around(point, AWAY * pixel, AWAY * pixel);
}

/** A diamond and the places next to it, where the name of a line would read as the diamond's. */
function reachOf(point: MeasuredNote, pixel: number): Box {
  return around(point, ACROSS * pixel + point.width, (AWAY + HEIGHT) * pixel);
}

/** The places for a name above and below its line, the best one first: from the end of the line to its start. */
function alongLine({ kind, x, y, width }: MeasuredNote, chart: Box, pixel: number): Box[] {
  const height = HEIGHT * pixel;
  const [above, below] = [y - FROM_LINE * pixel - height, y + FROM_LINE * pixel];
  const tops = kind === 'name-below' ? [below, above] : [above, below];
  const steps = Math.max(1, Math.floor((2 * (x - chart.left)) / width) - 1);
  const lefts = Array.from({ length: steps }, (_, i) => x - width - (i * width) / 2);
  return lefts.flatMap((left) => tops.map((top) => ({ left, top, width, height })));
}

/** The places for words around their point, the best one first: beside it, then further and further up and down. */
function aroundPoint({ x, y, width }: MeasuredNote, chart: Box, pixel: number): Box[] {
  const [height, across, away] = [HEIGHT * pixel, ACROSS * pixel, AWAY * pixel];
  const [before, after] = [x - across - width, x + across];
  const lefts = x > chart.left + 0.6 * chart.width ? [before, after] : [after, before];
  const distances = Array.from({ length: 1 + FURTHER }, (_, i) => away + i * (height + away));
  const tops = distances.flatMap((distance) => [y - distance - height, y + distance]);
  return [y - height / 2, ...tops].flatMap((top) =>
    [...lefts, x - width / 2].map((left) => ({ left, top, width, height })),
  );
}

/** The first one of those that cost least. */
function cheapest(boxes: readonly Box[], costOf: (box: Box) => number): Box {
  let [best, least] = [boxes[0], Number.POSITIVE_INFINITY];
  for (const box of boxes) {
    const cost = costOf(box);
    if (cost < least) [best, least] = [box, cost];
    if (least === 0) break;
  }
  return best;
}

/** The area of other words and diamonds that words would cover, and that of what lies outside of the chart. */
function areaLost(box: Box, taken: readonly Box[], chart: Box): number {
  const outside = box.width * box.height - overlap(box, chart);
  return taken.reduce((sum, other) => sum + overlap(box, other), outside);
}

/** The area of the curves that words would cover or touch. */
function areaOfCurves(box: Box, curves: readonly (readonly Pixel[])[], pixel: number): number {
  let length = 0;
  for (const curve of curves) {
    for (let i = 1; i < curve.length; i++) {
      length += lengthWithin(box, FROM_CURVE * pixel, curve[i - 1], curve[i]);
    }
  }
  return length * STROKE * pixel;
}
