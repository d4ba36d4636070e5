import { expect, test } from 'vitest';
import { inMemory } from '../../../src/data/batches/token-ids.ts';
import { countNgramsOf } from '../../../src/training/ngram/count-ids.ts';
import { countNgrams } from '../../../src/training/ngram/ngram.ts';
import { randomIntegers } from '../../data/random-integers.ts';

test('counts of ids read in windows equal those in memory', () => {
  const ids = Int32Array.from(randomIntegers(2, 600_000, 50));
  expect(countNgramsOf(inMemory(ids), 60)).toEqual(countNgrams(ids, 60));
  expect(countNgramsOf(inMemory(ids.subarray(0, 1)), 60)).toEqual(countNgrams(ids.subarray(0, 1), 60));
});

test('for a large vocabulary no pairs are counted', () => {
  const ids = Int32Array.of(4999, 3, 4999);
  const { unigrams, bigrams } = countNgramsOf(inMemory(ids), 5000);
  expect(unigrams[4999]).toBe(2);
  expect(bigrams).toHaveLength(0);
});
