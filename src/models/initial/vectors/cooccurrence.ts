import { type TokenIds, windowsOf } from '../../../data/batches/token-ids.ts';
import { portableLog } from '../../../tensor/random.ts';
import { SparseMatrix } from './sparse-matrix.ts';

/** Neighbours on each side of a token. One at distance d counts 1/d, as in GloVe (Pennington et al. 2014). */
const WINDOW = 5;
/** The contexts are the most frequent tokens; fewer for a large vocabulary, so that the table of counts stays small. */
const [MAX_CONTEXTS, MAX_CELLS] = [2000, 2 ** 25];
/** Ids that are read: reading more changes the vectors little. */
const MAX_IDS = 2 ** 24;

/**
 * The positive pointwise mutual information of tokens and contexts, with the smoothed context distribution of Levy et al. 2015:
 * max(0, log p(w, c) / (p(w)·p'(c))), p'(c) in proportion to the 0.75th power of the count of c. Rows are ids; columns are the
 * most frequent ids. It is 0 for a token without neighbours.
 * @param V the vocabulary size
 */
export function positiveInformation(tokens: TokenIds, V: number): SparseMatrix {
  const contexts = contextsOf(tokens, V);
  const C = contexts.size;
  const counts = countPairs(tokens, V, contexts);
  const [rowSums, columnSums] = [new Float64Array(V), new Float64Array(C)];
  for (let id = 0, i = 0; id < V; id++) {
    for (let c = 0; c < C; c++, i++) {
      rowSums[id] += counts[i];
      columnSums[c] += counts[i];
    }
  }
  // Roots are exact to the last bit in every engine; powers are not.
  const smoothed = columnSums.map((sum) => Math.sqrt(sum) * Math.sqrt(Math.sqrt(sum)));
  const total = smoothed.reduce((sum, each) => sum + each, 0);
  const most = counts.reduce((size, count) => (count > 0 ? size + 1 : size), 0);
  return new SparseMatrix([V, C], most, (id, c) => {
    const count = counts[id * C + c];
    return count > 0 ? portableLog((count * total) / (rowSums[id] * smoothed[c])) : 0;
  });
}

/** The columns of the most frequent ids, ties by lower id. */
function contextsOf(tokens: TokenIds, V: number): ReadonlyMap<number, number> {
  const counts = new Float64Array(V);
  for (const ids of windowsOf(tokens, 0, Math.min(tokens.length, MAX_IDS)))
    for (const id of ids) counts[id]++;
  const byCount = Array.from({ length: V }, (_, id) => id).filter((id) => counts[id] > 0);
  byCount.sort((one, other) => counts[other] - counts[one] || one - other);
  const most = Math.min(MAX_CONTEXTS, Math.max(1, Math.floor(MAX_CELLS / V)));
  return new Map(byCount.slice(0, most).map((id, column) => [id, column]));
}

/** (V, C) Weighted counts of the contexts within the window on both sides of each token. */
function countPairs(tokens: TokenIds, V: number, contexts: ReadonlyMap<number, number>): Float32Array {
  const C = contexts.size;
  const table = new Float32Array(V * C);
  const columnOf = Int32Array.from({ length: V }, (_, id) => contexts.get(id) ?? -1);
  /** The last ids, the newest first. */
  const last = new Int32Array(WINDOW).fill(-1);
  for (const ids of windowsOf(tokens, 0, Math.min(tokens.length, MAX_IDS))) {
    for (const id of ids) {
      for (let d = 1; d <= WINDOW && last[d - 1] >= 0; d++) {
        const before = last[d - 1];
        if (columnOf[before] >= 0) table[id * C + columnOf[before]] += 1 / d;
        if (columnOf[id] >= 0) table[before * C + columnOf[id]] += 1 / d;
      }
      last.copyWithin(1, 0);
      last[0] = id;
    }
  }
  return table;
}
