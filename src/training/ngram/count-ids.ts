import { type TokenIds, windowsOf } from '../../data/batches/token-ids.ts';
import type { NgramCounts } from './ngram.ts';

/** The baselines sum counts in 32 bits, so only this many ids are counted. */
const MAX_COUNTED_IDS = 2 ** 31 - 2;
/** Above this vocabulary size, the V × V table of bigram counts would exceed 64 MB. */
const MAX_VOCABULARY = 4096;

/** Whether bigrams of a token file are counted. */
export function arePairsCounted(vocabSize: number): boolean {
  return vocabSize <= MAX_VOCABULARY;
}

/**
 * Counts the n-grams of a token file in bounded memory. Bigrams are counted in a V × V table when V is at most 4,096;
 * for a larger vocabulary there are no bigram counts, and so no bigram baseline.
 */
export function countNgramsOf(ids: TokenIds, vocabSize: number): NgramCounts {
  const V = vocabSize;
  const pairs = arePairsCounted(V) ? new Int32Array(V * V) : null;
  const unigrams = new Int32Array(V);
  const length = Math.min(ids.length, MAX_COUNTED_IDS);
  let last = -1;
  for (const part of windowsOf(ids, 0, length)) {
    for (const id of part) {
      unigrams[id]++;
      if (pairs && last >= 0) pairs[last * V + id]++;
      last = id;
    }
  }
  return { unigrams, bigrams: pairs ? triplesOf(pairs, V) : new Int32Array(0) };
}

function triplesOf(pairs: Int32Array, V: number): Int32Array {
  let different = 0;
  for (const count of pairs) if (count > 0) different++;
  const triples = new Int32Array(3 * different);
  let at = 0;
  for (let pair = 0; pair < pairs.length; pair++) {
    if (pairs[pair] === 0) continue;
    triples[at++] = Math.floor(pair / V);
    triples[at++] = pair % V;
    triples[at++] = pairs[pair];
  }
  return triples;
}
