import type { Note } from './contents.ts';

/** A rectangle in pixels. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** A note at its point in pixels, with the width of its words. */
export interface MeasuredNote {
  readonly kind: Note['kind'];
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

/** Height of a line of words, and the distances of words from their point: of names, and of others across and away. */
const [HEIGHT, FROM_LINE, ACROSS, AWAY] = [14, 3, 9, 6];

/**
 * Where the words of each note stand, names first: inside of the chart, where they cover no other words, no line of a
 * baseline and no diamond. Where there is no such place, the one that covers least.
 * @param pixel the size of a CSS pixel
 */
export function placeNotes(notes: readonly MeasuredNote[], chart: Box, pixel: number): readonly Box[] {
  const lines = notes.filter(isName).map(({ y }) => ({ ...chart, top: y - pixel, height: 2 * pixel }));
  const diamonds = notes.filter(({ kind }) => kind === 'best').map(({ x, y }) => around(x, y, AWAY * pixel));
  const placed: Map<MeasuredNote, Box> = new Map();
  for (const note of [...notes.filter(isName), ...notes.filter((one) => !isName(one))]) {
    const taken = [...lines, ...diamonds, ...placed.values()];
    const costs = candidates(note, chart, pixel).map((box) => ({ box, cost: costOf(box, taken, chart) }));
    const best = costs.reduce((least, one) => (one.cost < least.cost ? one : least));
    placed.set(note, best.box);
  }
  return notes.map((note) => placed.get(note) as Box);
}

function around(x: number, y: number, radius: number): Box {
  return { left: x - radius, top: y - radius, width: 2 * radius, height: 2 * radius };
}

function isName({ kind }: MeasuredNote): boolean {
  return kind === 'name' || kind === 'name-below';
}

/** The places for the words of a note, the best one first. */
function candidates({ kind, x, y, width }: MeasuredNote, chart: Box, pixel: number): Box[] {
  const height = HEIGHT * pixel;
  const isLate = x > chart.left + 0.6 * chart.width;
  const [across, away] = kind === 'best' ? [ACROSS * pixel, AWAY * pixel] : [0, FROM_LINE * pixel];
  const before = x - across - width;
  const lefts = isLate ? [before, x + across] : [x + across, before];
  const [above, below] = [y - away - height, y + away];
  const tops = kind === 'name-below' ? [below, above] : [above, below];
  const further = kind === 'best' ? [above - height - away, below + height + away] : [];
  return lefts.flatMap((left) => [...tops, ...further].map((top) => ({ left, top, width, height })));
}

/** The area that words would cover, or that lies outside of the chart. */
function costOf(box: Box, taken: readonly Box[], chart: Box): number {
  const outside = box.width * box.height - overlap(box, chart);
  return taken.reduce((sum, other) => sum + overlap(box, other), outside);
}

function overlap(a: Box, b: Box): number {
  const width = Math.min(a.left + a.width, b.left + b.width) - Math.max(a.left, b.left);
  const height = Math.min(a.top + a.height, b.top + b.height) - Math.max(a.top, b.top);
  return Math.max(0, width) * Math.max(0, height);
}
