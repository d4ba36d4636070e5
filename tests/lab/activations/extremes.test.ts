import { expect, test } from 'vitest';
import { DISTANCE, Extremes, PLACES } from '../../../lab/src/engine/activations/extremes.ts';
import { Random } from '../../../src/tensor/random.ts';

const [T, U] = [3_000, 5];

/** Smooth activations of which one unit saturates, and one has only a few values. */
function activations(): Float32Array {
  const random = new Random(7);
  const rows = new Float32Array(T * U);
  const state = new Float64Array(U);
  for (let t = 0; t < T; t++) {
    for (let u = 0; u < U; u++) state[u] = 0.9 * state[u] + 0.4 * random.normal();
    rows.set(state.map(Math.tanh), t * U);
    rows[t * U + 1] = Math.max(-1, Math.min(1, 2 * state[1]));
    rows[t * U + 2] = Math.round(2 * rows[t * U + 2]) / 2;
  }
  return rows;
}

/** The definition: above all values within the distance before, and not below any after it. */
function bruteForce(values: readonly number[]) {
  const peaks = values.flatMap((value, index) => {
    const before = values.slice(Math.max(0, index - DISTANCE), index);
    const after = values.slice(index + 1, index + 1 + DISTANCE);
    const isPeak = before.every((other) => other < value) && after.every((other) => other <= value);
    return isPeak ? [{ index, value }] : [];
  });
  return peaks.sort((a, b) => b.value - a.value || a.index - b.index).slice(0, PLACES);
}

test.each([1, 7, 256, T])('extremes of blocks of %i tokens are those of the whole text', (block) => {
  const rows = activations();
  const extremes = new Extremes(U);
  for (let t = 0; t < T; t += block) extremes.add(rows.subarray(t * U, (t + block) * U));
  extremes.end();
  for (let u = 0; u < U; u++) {
    const values = Array.from({ length: T }, (_, t) => rows[t * U + u]);
    expect(extremes.of(u).highest).toEqual(bruteForce(values));
    const lowest = bruteForce(values.map((value) => -value));
    expect(extremes.of(u).lowest).toEqual(lowest.map(({ index, value }) => ({ index, value: -value })));
  }
});

test('a short text has fewer places, and the end of the text counts', () => {
  const extremes = new Extremes(1);
  extremes.add(Float32Array.of(0.25, 0.5, 0.125));
  extremes.end();
  expect(extremes.of(0)).toEqual({
    highest: [{ index: 1, value: 0.5 }],
    lowest: [{ index: 2, value: 0.125 }],
  });
});
