import { expect, test } from 'vitest';
import { inMemory } from '../../../src/data/batches/token-ids.ts';
import { positiveInformation } from '../../../src/models/initial/vectors/cooccurrence.ts';
import { singularVectors } from '../../../src/models/initial/vectors/singular-vectors.ts';
import { eigenpairs, product, transposed } from '../../../src/models/initial/vectors/small-matrices.ts';
import { SparseMatrix } from '../../../src/models/initial/vectors/sparse-matrix.ts';
import { Random } from '../../../src/tensor/random.ts';
import { expectNumbers } from '../../support/tensors.ts';

const identity = (k: number) => Float64Array.from({ length: k * k }, (_, i) => (i % (k + 1) === 0 ? 1 : 0));
const dense = (M: SparseMatrix) => M.times(identity(M.columns), M.columns);
const withTranspose = (x: Float64Array, columns: number) => product(x, transposed(x, columns), columns);

/** A random matrix of entries that are 0 or positive. */
function sparse(rows: number, columns: number, seed: number): SparseMatrix {
  const random = new Random(seed);
  const table = new Float32Array(rows * columns).map(() => Math.max(0, random.normal()));
  return new SparseMatrix([rows, columns], table.length, (i, j) => table[i * columns + j]);
}

test('positive information equals its definition', () => {
  const random = new Random(2);
  const V = 7;
  const ids = Int32Array.from({ length: 60 }, () => Math.floor((V - 1) * random.uniform()));
  const counts = Array.from({ length: V }, () => new Array<number>(V).fill(0));
  ids.forEach((id, i) => {
    for (let j = Math.max(0, i - 5); j <= Math.min(ids.length - 1, i + 5); j++)
      if (j !== i) counts[id][ids[j]] += Math.fround(1 / Math.abs(j - i));
  });
  const sums = counts.map((row) => row.reduce((sum, count) => sum + count, 0));
  const smoothed = sums.map((sum) => sum ** 0.75);
  const all = smoothed.reduce((sum, each) => sum + each, 0);
  const information = (w: number, c: number) =>
    counts[w][c] === 0 ? 0 : Math.max(0, Math.log(counts[w][c] / sums[w] / (smoothed[c] / all)));
  // The columns are in order of frequency.
  const columns = [...new Set(ids)].sort(
    (a, b) => ids.filter((id) => id === b).length - ids.filter((id) => id === a).length || a - b,
  );
  const expected = counts.flatMap((_, w) => columns.map((c) => information(w, c)));
  expect(expected.some((each) => each > 0)).toBe(true);
  expectNumbers('information', dense(positiveInformation(inMemory(ids), V)), expected, 1e-4);
});

test('eigenpairs make up the matrix, largest first', () => {
  const k = 12;
  const x = withTranspose(dense(sparse(k, 20, 3)), 20);
  const pairs = eigenpairs(x.slice(), k);
  const vectors = Float64Array.from(pairs.flatMap(({ vector }) => [...vector]));
  const scaled = Float64Array.from(pairs.flatMap(({ value, vector }) => [...vector.map((v) => value * v)]));
  expectNumbers('x', product(transposed(vectors, k), scaled, k), x, 1e-9);
  const values = pairs.map(({ value }) => value);
  expect(values).toEqual([...values].sort((a, b) => b - a));
});

test('singular vectors of full rank: (EEᵀ)² = MMᵀ, in any number of coordinates from the rank on', () => {
  const M = sparse(15, 6, 4);
  const expected = withTranspose(dense(M), 6);
  for (const D of [6, 9]) {
    const E = singularVectors(M, D, new Random(5));
    expect(E.length).toBe(15 * D);
    const half = withTranspose(E, D);
    expectNumbers('MMᵀ', product(half, half, 15), expected, 1e-8);
  }
});

test('truncated ones are those of the largest singular values, whatever the seed; the same seed has the same bits', () => {
  // Far apart singular values, so that two iterations suffice.
  const [rows, columns, D] = [40, 30, 4];
  const random = new Random(6);
  const table = new Float32Array(rows * columns);
  for (let r = 0; r < 24; r++) {
    const [u, v] = [rows, columns].map((n) => Array.from({ length: n }, () => random.uniform()));
    table.forEach((_, i) => {
      table[i] += 10 ** -r * u[Math.floor(i / columns)] * v[i % columns];
    });
  }
  const M = new SparseMatrix([rows, columns], table.length, (i, j) => table[i * columns + j]);
  const [one, other, again] = [1, 2, 1].map((seed) => singularVectors(M, D, new Random(seed)));
  expect(again).toEqual(one);
  expect(other).not.toEqual(one);
  const pairs = eigenpairs(withTranspose(dense(M), columns), rows).slice(0, D);
  const expected = new Float64Array(rows * rows);
  for (const { value, vector } of pairs) {
    for (let i = 0; i < expected.length; i++)
      expected[i] += Math.sqrt(value) * vector[Math.floor(i / rows)] * vector[i % rows];
  }
  for (const E of [one, other]) expectNumbers('EEᵀ', withTranspose(E, D), expected, 1e-6, 1e-6);
});
