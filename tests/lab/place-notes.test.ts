import { expect, test } from 'vitest';
import { type Box, lengthWithin, type Pixel } from '../../lab/src/charts/box.ts';
import { type MeasuredNote, placeNotes } from '../../lab/src/charts/place-notes.ts';

const chart: Box = { left: 70, top: 10, width: 900, height: 280 };
const [unigram, bigram] = [
  { kind: 'name', x: 970, y: 80, width: 60 },
  { kind: 'name-below', x: 970, y: 150, width: 50 },
] as const;

const overlaps = (a: Box, b: Box) =>
  a.left < b.left + b.width &&
  b.left < a.left + a.width &&
  a.top < b.top + b.height &&
  b.top < a.top + a.height;

const isInside = ({ left, top, width, height }: Box) =>
  left >= chart.left &&
  left + width <= chart.left + chart.width &&
  top >= chart.top &&
  top + height <= chart.top + chart.height;

type Curve = readonly Pixel[];

const baselinesOf = (notes: readonly MeasuredNote[]): Curve[] =>
  notes
    .filter(({ kind }) => kind.startsWith('name'))
    .map(({ x, y }) => [
      { x: chart.left, y },
      { x, y },
    ]);

const covers = (box: Box, curve: Curve) =>
  curve.slice(1).some((point, i) => lengthWithin(box, 0, curve[i], point) > 0);

/** Whether words lie inside of the chart, and cover no other words and no curve. */
function isClear(notes: readonly MeasuredNote[], curves: readonly Curve[] = []): boolean {
  const all = [...baselinesOf(notes), ...curves];
  const boxes = placeNotes(notes, all, chart, 1);
  return boxes.every(
    (box, i) =>
      isInside(box) &&
      !boxes.slice(i + 1).some((other) => overlaps(box, other)) &&
      !all.some((curve) => covers(box, curve)),
  );
}

test('the names of the baselines stand above and below their lines, at the right end', () => {
  const notes = [unigram, bigram];
  expect(placeNotes(notes, baselinesOf(notes), chart, 1)).toEqual([
    { left: 910, top: 63, width: 60, height: 14 },
    { left: 920, top: 153, width: 50, height: 14 },
  ]);
});

test('the words at the best epoch cover no line of a baseline and no name, wherever the point is', () => {
  const points = Array.from({ length: 90 * 136 }, (_, i): MeasuredNote => {
    return { kind: 'best', x: 75 + 10 * (i % 90), y: 14 + 2 * Math.floor(i / 90), width: 80 };
  });
  expect(points.filter((point) => !isClear([unigram, bigram, point]))).toEqual([]);
});

test('names do not cover each other where the bigram line is above the unigram line', () => {
  const distances = [0, 1, 5, 10, 20, 40];
  const bad = distances.filter((distance) => !isClear([unigram, { ...bigram, y: unigram.y - distance }]));
  expect(bad).toEqual([]);
});

/** A curve that falls from the top to `end`, fast at first, through `count` points from the left to the right. */
const falling = (end: number, count = 40): Curve =>
  Array.from({ length: count }, (_, i) => {
    const share = i / (count - 1);
    return { x: chart.left + share * chart.width, y: end - (end - chart.top) * Math.exp(-5 * share) };
  });

test('words cover neither the curve of their point nor the curve of another run', () => {
  const ends = Array.from({ length: 50 }, (_, i) => 80 + 4 * i);
  const bad = ends.filter((end) => {
    const own = falling(200);
    const best: MeasuredNote = { kind: 'best', ...own[35], width: 80 };
    return !isClear([unigram, bigram, best], [own, falling(end)]);
  });
  expect(bad).toEqual([]);
});

test('a name leaves the end of its line where a curve stands between two points far apart', () => {
  const steep: Curve = [
    { x: 930, y: 0 },
    { x: 940, y: 290 },
  ];
  const [box] = placeNotes([unigram], [...baselinesOf([unigram]), steep], chart, 1);
  expect(box).toEqual({ left: 850, top: 63, width: 60, height: 14 });
});

test('no name of a line stands next to a diamond', () => {
  const best: MeasuredNote = { kind: 'best', x: 880, y: 75, width: 80 };
  const [box] = placeNotes([unigram, best], baselinesOf([unigram]), chart, 1);
  expect(box.left + box.width).toBeLessThan(best.x - best.width);
});

test('where curves are everywhere, words stand where they cover least', () => {
  const scribble: Curve = Array.from({ length: 900 }, (_, i) => ({ x: 70 + i, y: i % 2 ? 10 : 290 }));
  const gap = scribble.filter(({ x }) => x < 600 || x > 640);
  const [box] = placeNotes([unigram], [gap], chart, 1);
  expect(overlaps(box, { left: 600, top: 0, width: 40, height: 300 })).toBe(true);
});
