import { expect, test } from 'vitest';
import { type Box, type MeasuredNote, placeNotes } from '../../lab/src/charts/place-notes.ts';

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

/** Whether words lie inside of the chart, cover no other words, and no line of a baseline. */
function isClear(notes: readonly MeasuredNote[]): boolean {
  const boxes = placeNotes(notes, chart, 1);
  const lines = notes.filter(({ kind }) => kind.startsWith('name'));
  return boxes.every(
    (box, i) =>
      isInside(box) &&
      !boxes.slice(i + 1).some((other) => overlaps(box, other)) &&
      !lines.some(({ y }) => box.top <= y && y <= box.top + box.height),
  );
}

test('the names of the baselines stand above and below their lines, at the right end', () => {
  expect(placeNotes([unigram, bigram], chart, 1)).toEqual([
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
