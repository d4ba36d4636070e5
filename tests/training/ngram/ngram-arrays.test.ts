import { expect, test } from 'vitest';
import { UnrolledError } from '../../../src/errors.ts';
import type { NamedArray } from '../../../src/formats/named-array.ts';
import { countNgrams } from '../../../src/training/ngram/ngram.ts';
import { countsFromArrays, countsToArrays } from '../../../src/training/ngram/ngram-arrays.ts';
import { randomIntegers } from '../../data/random-integers.ts';

const counts = countNgrams(Int32Array.from(randomIntegers(1, 500, 20)), 25);

test('counts round-trip', () => {
  const arrays = countsToArrays(counts);
  expect(arrays.get('counts.unigram')).toMatchObject({ dtype: 'I32', shape: [25] });
  expect(arrays.get('counts.bigram')).toMatchObject({ dtype: 'I32', shape: [counts.bigrams.length / 3, 3] });
  expect(countsFromArrays(arrays, 25)).toEqual(counts);
});

test('a file without counts gives null', () => {
  expect(countsFromArrays(new Map(), 25)).toBeNull();
});

test('more than a million pairs are omitted, the unigram counts are kept', () => {
  const bigrams = new Int32Array(3 * 1_000_001);
  const arrays = countsToArrays({ unigrams: counts.unigrams, bigrams });
  expect([...arrays.keys()]).toEqual(['counts.unigram']);
  expect(countsFromArrays(arrays, 25)).toEqual({ unigrams: counts.unigrams, bigrams: new Int32Array(0) });
});

const int = (shape: number[], ...data: number[]): NamedArray => ({
  dtype: 'I32',
  shape,
  data: Int32Array.from(data),
});
const unigram = int([2], 5, 0);

const hostile: readonly (readonly [what: string, unigram: NamedArray, bigram: NamedArray])[] = [
  ['single counts of another vocabulary', int([3], 1, 1, 1), int([0, 3])],
  ['single counts that are no list', int([1, 2], 5, 0), int([0, 3])],
  ['single counts of another type', { dtype: 'F32', shape: [2], data: new Float32Array(2) }, int([0, 3])],
  ['a negative single count', int([2], 5, -1), int([0, 3])],
  ['single counts that overflow', int([2], 2 ** 31 - 1, 1), int([0, 3])],
  ['pairs of another type', unigram, { dtype: 'F32', shape: [0, 3], data: new Float32Array(0) }],
  ['pairs without a third column', unigram, int([3, 2], 0, 0, 1, 0, 1, 1)],
  ['an id past the vocabulary', unigram, int([1, 3], 0, 2, 1)],
  ['a first id past the vocabulary', unigram, int([1, 3], 2, 0, 1)],
  ['a negative id', unigram, int([1, 3], 0, -1, 1)],
  ['a pair that never occurs', unigram, int([1, 3], 0, 1, 0)],
  ['a pair that stands twice', unigram, int([2, 3], 0, 1, 1, 0, 1, 1)],
  ['pairs out of order', unigram, int([2, 3], 1, 0, 1, 0, 1, 1)],
  ['pairs whose counts overflow', unigram, int([2, 3], 0, 0, 2 ** 31 - 1, 0, 1, 1)],
];

test.each(hostile)('%s: refused', (_, single, pairs) => {
  const arrays = new Map([
    ['counts.unigram', single],
    ['counts.bigram', pairs],
  ]);
  expect(() => countsFromArrays(arrays, 2)).toThrow(UnrolledError);
});

test('the valid base of the hostile cases is accepted', () => {
  const arrays = new Map([
    ['counts.unigram', unigram],
    ['counts.bigram', int([2, 3], 0, 1, 1, 1, 0, 1)],
  ]);
  expect(countsFromArrays(arrays, 2)).not.toBeNull();
});
