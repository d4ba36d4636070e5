import { expect, test } from 'vitest';
import { UnrolledError } from '../../../src/errors.ts';
import type { NgramCounts } from '../../../src/training/ngram/ngram.ts';
import {
  addOneUnigram,
  bigramPerplexity,
  countNgrams,
  kneserNeyBigram,
  unigramPerplexity,
} from '../../../src/training/ngram/ngram.ts';
import { randomIntegers } from '../../data/random-integers.ts';

/** Mostly small ids, so that pairs repeat and many ids never occur. */
const skewed = (seed: number, length: number, V: number): Int32Array =>
  Int32Array.from(randomIntegers(seed, length, 1000), (number) => Math.floor((number / 1000) ** 3 * V));

const sumOver = (V: number, probability: (id: number) => number): number =>
  Array.from({ length: V }, (_, id) => probability(id)).reduce((sum, p) => sum + p, 0);

/** One with pairs, and those in which no pair occurs once, or twice, or at all. */
const texts: [name: string, ids: Int32Array, V: number][] = [
  ['a random text', skewed(1, 2000, 40), 60],
  ['a short random text', skewed(5, 30, 40), 40],
  ['no pair twice', Int32Array.of(0, 1, 2, 3, 4), 7],
  ['no pair once', Int32Array.of(0, 1, 0, 1, 0), 3],
  ['one id three times', Int32Array.of(1, 1, 1), 3],
  ['one id', Int32Array.of(1), 3],
  ['no ids', new Int32Array(0), 3],
];

test('counts are those of ids and of pairs, sorted', () => {
  const counts = countNgrams(Int32Array.of(2, 0, 2, 0, 1, 2, 2), 4);
  expect(counts.unigrams).toEqual(Int32Array.of(2, 1, 4, 0));
  expect([...counts.bigrams]).toEqual([0, 1, 1, 0, 2, 1, 1, 2, 1, 2, 0, 2, 2, 2, 1]);
});

test('the unigram is add-one over the vocabulary', () => {
  const probability = addOneUnigram(countNgrams(Int32Array.of(2, 0, 2, 0, 1, 2, 2), 4));
  expect([0, 1, 2, 3].map(probability)).toEqual([3 / 11, 2 / 11, 5 / 11, 1 / 11]);
});

test('the bigram is interpolated Kneser-Ney, worked out by hand', () => {
  // Pairs 01, 02, 12, 22 once and 20 twice: D = 4 / (4 + 2·1) = 2/3. Ids before 0, 1, 2: 1, 1, 3: no
  // count of 2, so that E = 1/2; q = (.5, .5, 2.5, 0) / 5 + .5·3/5/4 = (.175, .175, .575, .075).
  const p = kneserNeyBigram(countNgrams(Int32Array.of(2, 0, 2, 0, 1, 2, 2), 4));
  expect(p(2, 0)).toBeCloseTo((2 - 2 / 3 + (2 / 3) * 2 * 0.175) / 3, 14);
  expect(p(2, 1)).toBeCloseTo(((2 / 3) * 2 * 0.175) / 3, 14);
  expect(p(1, 2)).toBeCloseTo(1 / 3 + (2 / 3) * 0.575, 14);
  expect(p(1, 3)).toBeCloseTo((2 / 3) * 0.075, 14);
  expect(p(3, 2)).toBeCloseTo(0.575, 14);
});

test.each(texts)('of %s each distribution sums to one and nothing is impossible', (_, ids, V) => {
  const counts = countNgrams(ids, V);
  const unigram = addOneUnigram(counts);
  const bigram = kneserNeyBigram(counts);
  expect(sumOver(V, unigram)).toBeCloseTo(1, 12);
  for (let context = 0; context < V; context++) {
    expect(sumOver(V, (id) => bigram(context, id))).toBeCloseTo(1, 12);
    for (let id = 0; id < V; id++) expect(bigram(context, id)).toBeGreaterThan(0);
  }
});

test('perplexity is exp of the mean loss over the targets, each counted once, the first id not', () => {
  const counts = countNgrams(Int32Array.of(2, 0, 2, 0, 1, 2, 2), 4);
  const ids = Int32Array.of(3, 2, 0, 0);
  const p = kneserNeyBigram(counts);
  expect(unigramPerplexity(counts, ids)).toBeCloseTo(((5 / 11) * (3 / 11) ** 2) ** (-1 / 3), 12);
  expect(bigramPerplexity(counts, ids)).toBeCloseTo((p(3, 2) * p(2, 0) * p(0, 0)) ** (-1 / 3), 12);
});

test('if the next id depends on the last, the bigram is the better baseline, also on new text', () => {
  const cycle = Int32Array.from({ length: 600 }, (_, i) => (i % 3 === 0 ? 3 + ((i / 3) % 7) : i % 3));
  const counts = countNgrams(cycle.subarray(0, 400), 10);
  const fresh = cycle.subarray(400);
  expect(bigramPerplexity(counts, fresh)).toBeLessThan(0.5 * unigramPerplexity(counts, fresh));
});

test('ids that were never seen have a finite perplexity', () => {
  const counts = countNgrams(Int32Array.of(0, 1, 0, 1), 5);
  for (const perplexity of [unigramPerplexity, bigramPerplexity]) {
    expect(perplexity(counts, Int32Array.of(3, 4, 2))).toBeLessThan(50);
  }
});

test('counts restored from JSON give the same perplexities', () => {
  const ids = skewed(2, 500, 30);
  const counts = countNgrams(ids, 30);
  const { unigrams, bigrams } = JSON.parse(
    JSON.stringify({ unigrams: [...counts.unigrams], bigrams: [...counts.bigrams] }),
  );
  const back: NgramCounts = { unigrams: Int32Array.from(unigrams), bigrams: Int32Array.from(bigrams) };
  expect(bigramPerplexity(back, ids)).toBe(bigramPerplexity(counts, ids));
});

test('ids outside the vocabulary, and texts without a target, are refused', () => {
  const counts = countNgrams(Int32Array.of(0, 1, 2), 3);
  for (const perplexity of [unigramPerplexity, bigramPerplexity]) {
    expect(() => perplexity(counts, Int32Array.of(1))).toThrow('the text has 1 tokens; it needs at least 2');
    expect(() => perplexity(counts, Int32Array.of(1, 3))).toThrow(
      'the id at 1 is 3; ids must be from 0 to 2.',
    );
  }
  expect(() => countNgrams(Int32Array.of(0, -1), 3)).toThrow(UnrolledError);
});

test('300,000 ids of 10,000 tokens need no V×V table', () => {
  const ids = skewed(9, 300_000, 10_000);
  const counts = countNgrams(ids, 10_000);
  expect(bigramPerplexity(counts, ids)).toBeLessThan(unigramPerplexity(counts, ids));
  expect(counts.bigrams.length).toBeLessThanOrEqual(3 * ids.length);
});
