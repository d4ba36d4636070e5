import { expect, test } from 'vitest';
import { ChunkHeights } from '../../../lab/src/views/unrolled/panels/chunk-heights.ts';
import { chunkStarts } from '../../../lab/src/views/unrolled/panels/chunk-starts.ts';
import { thin } from '../../../lab/src/views/unrolled/panels/thin.ts';

test('the chunks in view follow from the measured heights, and from a typical one for the others', () => {
  const heights = new ChunkHeights(1_000);
  heights.measure(0, 100);
  heights.measure(1, 50);
  expect(heights.topOf(1_000)).toBe(50 + 999 * 100);
  expect(heights.between(0, 120)).toEqual({ first: 0, end: 2 });
  expect(heights.between(100, 200)).toEqual({ first: 1, end: 3 });
  expect(heights.between(150, 160)).toEqual({ first: 2, end: 3 });
  expect(heights.between(1_040, 1_160)).toEqual({ first: 10, end: 13 });
  expect(heights.between(10 ** 6, 10 ** 6 + 300)).toEqual({ first: 999, end: 1_000 });
});

test('a text without a chunk has none in view', () => {
  expect(new ChunkHeights(0).between(0, 100)).toEqual({ first: 0, end: 0 });
});

test('a chunk ends with a line where one ends soon, else after its size', () => {
  const ends = new Set([11, 40]);
  expect(chunkStarts(60, 10, (token) => ends.has(token))).toEqual([0, 12, 22, 41]);
  expect(chunkStarts(25, 10, () => false)).toEqual([0, 10]);
  expect(chunkStarts(0, 10, () => false)).toEqual([]);
});

test('a thinned curve keeps the lowest and highest value of each stretch, in order', () => {
  expect(thin([3, 1, 2], 10)).toEqual({ xs: [0, 1, 2], ys: [3, 1, 2] });
  const values = Float32Array.of(0, 5, 1, -5, 2, 2, 7, 1);
  expect(thin(values, 4)).toEqual({ xs: [1, 3, 6, 7], ys: [5, -5, 7, 1] });
});
