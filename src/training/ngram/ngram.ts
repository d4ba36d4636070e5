import { UnrolledError } from '../../errors.ts';
import { checkNumbers, checkObject, checkValue, integer } from '../../kinds.ts';
import { exp } from '../../tensor/portable-math.ts';

/** N-gram counts of a text, for the baselines. */
export interface NgramCounts {
  /** How often each id occurs, (V). */
  readonly unigrams: Int32Array;
  /** Triples [id, next id, count] of the bigrams that occur, sorted by id and then by next id. */
  readonly bigrams: Int32Array;
}

/** p(target). */
export type UnigramModel = (target: number) => number;

/** p(target | context). */
export type BigramModel = (context: number, target: number) => number;

const size = integer({ from: 1, to: 2 ** 31 - 1 });

/**
 * Counts the unigrams and bigrams of a text.
 * @throws {UnrolledError} `id-range` when an id is not in 0 … vocabSize − 1, `option-value` when vocabSize is not a positive
 * integer or ids is not a list of numbers
 */
export function countNgrams(ids: Int32Array, vocabSize: number): NgramCounts {
  checkValue('countNgrams', 'vocabSize', vocabSize, size);
  checkIds(ids, vocabSize);
  const unigrams = new Int32Array(vocabSize);
  for (const id of ids) unigrams[id]++;

  // Sorting the keys a·V + b groups equal pairs without a V×V table.
  const pairs = new Float64Array(Math.max(0, ids.length - 1));
  for (let i = 0; i < pairs.length; i++) pairs[i] = ids[i] * vocabSize + ids[i + 1];
  pairs.sort();
  const triples = new Int32Array(3 * pairs.length);
  let length = 0;
  for (let i = 0; i < pairs.length; i++) {
    if (i === 0 || pairs[i] !== pairs[i - 1]) {
      triples[length] = Math.floor(pairs[i] / vocabSize);
      triples[length + 1] = pairs[i] % vocabSize;
      length += 3;
    }
    triples[length - 1]++;
  }
  return { unigrams, bigrams: triples.slice(0, length) };
}

/**
 * Perplexity of ids[1] … under the add-one unigram model.
 * @throws {UnrolledError} `text-short` for fewer than two ids, `id-range` for an id outside the vocabulary, `option-value` for
 * other kinds of arguments
 */
export function unigramPerplexity(counts: NgramCounts, ids: Int32Array): number {
  checkCounts(counts);
  const probability = addOneUnigram(counts);
  return perplexity(counts, ids, (_, target) => probability(target));
}

/**
 * Perplexity of ids[1] … under the interpolated Kneser-Ney bigram model.
 * @throws {UnrolledError} `text-short` for fewer than two ids, `id-range` for an id outside the vocabulary, `option-value` for
 * other kinds of arguments
 */
export function bigramPerplexity(counts: NgramCounts, ids: Int32Array): number {
  checkCounts(counts);
  return perplexity(counts, ids, kneserNeyBigram(counts));
}

/** p(w) = (c(w) + 1) / (Σ c + V). */
export function addOneUnigram({ unigrams }: NgramCounts): UnigramModel {
  const total = unigrams.reduce((sum, count) => sum + count, 0) + unigrams.length;
  return (target) => (unigrams[target] + 1) / total;
}

/**
 * Interpolated Kneser-Ney of order 2 (Kneser & Ney 1995; Chen & Goodman 1999, section 2.7).
 *
 *     p(w|a) = max(c(a,w) − D, 0) / c(a) + D·N(a,·) / c(a) · q(w)
 *     q(w)   = max(N(·,w) − E, 0) / N(·,·) + E·N(·) / N(·,·) / V
 *
 * N(a,·) is the number of distinct ids seen after a, N(·,w) of those seen before w, N(·,·) of distinct pairs and
 * N(·) of ids seen after any other. For an unseen context, p(w|a) = q(w). Memory: O(V + pairs).
 */
export function kneserNeyBigram(counts: NgramCounts): BigramModel {
  const { bigrams } = counts;
  const V = counts.unigrams.length;
  const q = continuation(bigrams, V);
  const D = discount(column(bigrams, 2));
  const starts = rowStarts(bigrams, V);
  const totals = new Int32Array(V);
  for (let i = 0; i < bigrams.length; i += 3) totals[bigrams[i]] += bigrams[i + 2];

  return (context, target) => {
    const start = starts[context];
    const end = starts[context + 1];
    if (start === end) return q[target];
    const seen = countOf(bigrams, start, end, target);
    return (Math.max(seen - D, 0) + D * (end - start) * q[target]) / totals[context];
  };
}

/** The continuation probability q(w) of each id, (V). */
function continuation(bigrams: Int32Array, V: number): Float64Array {
  if (bigrams.length === 0) return new Float64Array(V).fill(1 / V);
  const before = new Int32Array(V);
  for (const target of column(bigrams, 1)) before[target]++;
  const seen = before.filter((count) => count > 0);
  const E = discount(seen);
  const pairs = bigrams.length / 3;
  return Float64Array.from(before, (count) => (Math.max(count - E, 0) + (E * seen.length) / V) / pairs);
}

/** n₁ / (n₁ + 2·n₂), where nₖ entries equal k; 0.5 when n₁ or n₂ is 0. */
function discount(counts: Int32Array): number {
  const once = counts.filter((count) => count === 1).length;
  const twice = counts.filter((count) => count === 2).length;
  return once > 0 && twice > 0 ? once / (once + 2 * twice) : 0.5;
}

function column(bigrams: Int32Array, index: number): Int32Array {
  return new Int32Array(bigrams.length / 3).map((_, pair) => bigrams[3 * pair + index]);
}

/** The triples of context a are at starts[a] … starts[a + 1] − 1, (V+1). */
function rowStarts(bigrams: Int32Array, V: number): Int32Array {
  const starts = new Int32Array(V + 1);
  for (let i = 0; i < bigrams.length; i += 3) starts[bigrams[i] + 1]++;
  for (let a = 0; a < V; a++) starts[a + 1] += starts[a];
  return starts;
}

/** The count of `target` among the sorted triples start … end − 1, by binary search. */
function countOf(bigrams: Int32Array, start: number, end: number, target: number): number {
  let low = start;
  let high = end;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (bigrams[3 * middle + 1] < target) low = middle + 1;
    else high = middle;
  }
  return low < end && bigrams[3 * low + 1] === target ? bigrams[3 * low + 2] : 0;
}

function perplexity(counts: NgramCounts, ids: Int32Array, probability: BigramModel): number {
  checkIds(ids, counts.unigrams.length);
  if (ids.length < 2) {
    throw new UnrolledError(
      'text-short',
      `N-gram perplexity: the text has ${ids.length} tokens; it needs at least 2. Use a longer text.`,
    );
  }
  let loss = 0;
  for (let i = 1; i < ids.length; i++) loss -= Math.log(probability(ids[i - 1], ids[i]));
  return exp(loss / (ids.length - 1));
}

/** Throws for values that `countNgrams` can't have returned. */
function checkCounts(counts: NgramCounts): void {
  checkObject('N-grams', 'the counts', counts, 'Pass countNgrams(ids, vocabSize).');
  checkNumbers('N-grams', 'unigrams', counts.unigrams);
  checkNumbers('N-grams', 'bigrams', counts.bigrams);
}

function checkIds(ids: Int32Array, vocabSize: number): void {
  checkNumbers('N-grams', 'ids', ids);
  const at = ids.findIndex((id) => !(Number.isInteger(id) && id >= 0 && id < vocabSize));
  if (at >= 0) {
    throw new UnrolledError(
      'id-range',
      `N-grams: the id at ${at} is ${ids[at]}; ids must be from 0 to ${vocabSize - 1}. ` +
        'Encode the text with the vocabulary of the counts.',
    );
  }
}
