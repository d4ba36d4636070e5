import { UnrolledError } from '../../errors.ts';
import type { NamedArray } from '../../formats/named-array.ts';
import type { NgramCounts } from './ngram.ts';

const UNIGRAM = 'counts.unigram';
const BIGRAM = 'counts.bigram';

/** Maximum number of bigrams stored in a model file (12 MB). */
const MAX_PAIRS = 1_000_000;

/** Converts counts to arrays of a model file: (V) and (pairs, 3). More than a million bigrams are not stored. */
export function countsToArrays({ unigrams, bigrams }: NgramCounts): Map<string, NamedArray> {
  const arrays = new Map<string, NamedArray>();
  arrays.set(UNIGRAM, { dtype: 'I32', shape: [unigrams.length], data: unigrams });
  const pairs = bigrams.length / 3;
  if (pairs <= MAX_PAIRS) arrays.set(BIGRAM, { dtype: 'I32', shape: [pairs, 3], data: bigrams });
  return arrays;
}

/**
 * Reads the counts that `countsToArrays` wrote; null when there are none. `bigrams` is empty when there were too many.
 * @throws {UnrolledError} `file-damaged` when the arrays can't be counts of a text over `vocabSize` ids
 */
export function countsFromArrays(
  arrays: ReadonlyMap<string, NamedArray>,
  vocabSize: number,
): NgramCounts | null {
  const unigram = arrays.get(UNIGRAM);
  if (!unigram) return null;
  const bigram = arrays.get(BIGRAM) ?? { dtype: 'I32', shape: [0, 3], data: new Int32Array(0) };
  if (unigram.dtype !== 'I32' || unigram.shape.length !== 1 || unigram.data.length !== vocabSize) {
    throw impossible(UNIGRAM, `${vocabSize} integers, one per token`);
  }
  if (bigram.dtype !== 'I32' || bigram.shape.length !== 2 || bigram.shape[1] !== 3) {
    throw impossible(BIGRAM, 'integers of shape (pairs, 3)');
  }
  if (!unigram.data.every((count) => count >= 0) || !canBeSummed(unigram.data)) {
    throw impossible(UNIGRAM, 'counts ≥ 0 with a sum below 2^31');
  }
  if (!arePairs(bigram.data, vocabSize)) {
    throw impossible(BIGRAM, `sorted, distinct pairs of ids below ${vocabSize} with counts ≥ 1`);
  }
  return { unigrams: unigram.data, bigrams: bigram.data };
}

function arePairs(triples: Int32Array, vocabSize: number): boolean {
  let last = -1;
  for (let i = 0; i < triples.length; i += 3) {
    const [id, next, count] = triples.subarray(i, i + 3);
    if (id < 0 || id >= vocabSize || next < 0 || next >= vocabSize || count < 1) return false;
    const pair = id * vocabSize + next;
    if (pair <= last) return false;
    last = pair;
  }
  return canBeSummed(triples.filter((_, i) => i % 3 === 2));
}

/** The baselines sum counts in 32 bits. */
function canBeSummed(counts: Int32Array): boolean {
  return counts.reduce((sum, count) => sum + count, 0) < 2 ** 31;
}

function impossible(name: string, needs: string): UnrolledError {
  return new UnrolledError(
    'file-damaged',
    `${name}: the array is damaged; it must hold ${needs}. Copy the file again, or train the model again.`,
  );
}
