import { expect, test } from 'vitest';
import type { FloatArray } from '../../../src/interop/network/float-array.ts';
import { reorderGates } from '../../../src/interop/network/gates.ts';
import { cells } from '../../../src/models/cells.ts';

/** (2, G·2): number 10·row + column. */
const matrix = (columns: number): FloatArray => ({
  dtype: 'F32',
  shape: [2, columns],
  data: Float32Array.from({ length: 2 * columns }, (_, i) => 10 * Math.floor(i / columns) + (i % columns)),
});

test('blocks move with all rows, and keep the order within', () => {
  const { shape, data } = reorderGates(matrix(6), ['a', 'b', 'c'], ['c', 'a', 'b']);
  expect(shape).toEqual([2, 6]);
  expect([...data]).toEqual([4, 5, 0, 1, 2, 3, 14, 15, 10, 11, 12, 13]);
});

test('a minus changes the sign, on either side', () => {
  expect([...reorderGates(matrix(2), ['z', 'h'], ['-z', 'h']).data]).toEqual([-0, 1, -10, 11]);
  expect([...reorderGates(matrix(2), ['-z', 'h'], ['h', 'z']).data]).toEqual([1, -0, 11, -10]);
  expect([...reorderGates(matrix(2), ['-z', 'h'], ['-z', 'h']).data]).toEqual([0, 1, 10, 11]);
});

test('a gate may be written twice, as a CIFG written as an LSTM', () => {
  const { pytorch, gates } = cells['lstm-cifg'];
  const bias: FloatArray = { dtype: 'F64', shape: [3], data: Float64Array.of(1, 2, 3) };
  expect(reorderGates(bias, gates, pytorch!)).toEqual({
    dtype: 'F64',
    shape: [4],
    data: Float64Array.of(-1, 1, 2, 3),
  });
});

test.each(['lstm', 'gru'] as const)('to PyTorch and ONNX and back, %s is the same', (cell) => {
  const { gates, pytorch, onnx } = cells[cell];
  const ours = matrix(gates.length * 2);
  for (const order of [pytorch!, onnx!]) {
    const back = reorderGates(reorderGates(ours, gates, order), order, gates);
    expect([...back.data].map((x) => x + 0)).toEqual([...ours.data]);
  }
});

test('columns that are no multiple of the gates are refused', () => {
  expect(() => reorderGates(matrix(7), ['a', 'b', 'c'], ['a', 'b', 'c'])).toThrow(/7 columns/);
});
