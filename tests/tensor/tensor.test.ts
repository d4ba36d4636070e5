import { expect, test } from 'vitest';
import { UnrolledError } from '../../src/errors.ts';
import { Arena } from '../../src/tensor/arena.ts';
import { PlainMemory } from '../../src/tensor/plain-memory.ts';

const arena = new Arena(new PlainMemory(), 'float64');

/** (N, T, D) = (2, 3, 2), each number its own place: 100n + 10t + d. */
const nested = [0, 1].map((n) => [0, 1, 2].map((t) => [0, 1].map((d) => 100 * n + 10 * t + d)));

test('a matrix is stored in row-major order', () => {
  const matrix = arena.tensor([2, 3]).set([
    [1, 2, 3],
    [4, 5, 6],
  ]);
  expect([...matrix.view()]).toEqual([1, 2, 3, 4, 5, 6]);
  expect([...matrix.values()]).toEqual([1, 2, 3, 4, 5, 6]);
  expect(matrix.item()).toBe(1);
});

test('a sequence is written and read as (N, T, D) and stored as (T, N, D)', () => {
  const sequence = arena.sequence([2, 3, 2]).set(nested);
  expect([...sequence.view()]).toEqual([0, 1, 100, 101, 10, 11, 110, 111, 20, 21, 120, 121]);
  expect([...sequence.values()]).toEqual(nested.flat(2));
  const flat = arena.sequence([2, 3, 2]).set(nested.flat(2));
  expect(flat.values()).toEqual(sequence.values());
});

test('ids (N, T) are a sequence too', () => {
  const ids = arena.sequence([2, 3], 'int32').set([
    [1, 2, 3],
    [4, 5, 6],
  ]);
  expect(ids.view()).toEqual(Int32Array.of(1, 4, 2, 5, 3, 6));
  expect([...ids.values()]).toEqual([1, 2, 3, 4, 5, 6]);
});

test('a step of a sequence is its contiguous (N, D) at that time, and shares its memory', () => {
  const sequence = arena.sequence([2, 3, 2]).set(nested);
  expect(sequence.step(1).shape).toEqual([2, 2]);
  expect([...sequence.step(1).values()]).toEqual([10, 11, 110, 111]);
  sequence.step(2).set([
    [1, 2],
    [3, 4],
  ]);
  expect([...sequence.values()]).toEqual([0, 1, 10, 11, 1, 2, 100, 101, 110, 111, 3, 4]);
  expect(sequence.step(1)).toBe(sequence.step(1));
});

test('the rows of a sequence are its memory as (T·N, D)', () => {
  const sequence = arena.sequence([2, 3, 2]).set(nested);
  expect(sequence.rows().shape).toEqual([6, 2]);
  expect(sequence.rows().order).toBe('rows');
  expect([...sequence.rows().values()]).toEqual([...sequence.view()]);
  expect(sequence.rows()).toBe(sequence.rows());
});

test('a part is another shape over the same memory', () => {
  const matrix = arena.tensor([3, 2]).set([1, 2, 3, 4, 5, 6]);
  const part = matrix.part([2, 2], 2);
  expect([...part.values()]).toEqual([3, 4, 5, 6]);
  part.set([9, 8, 7, 6]);
  expect([...matrix.values()]).toEqual([1, 2, 9, 8, 7, 6]);
  expect(() => matrix.part([2, 2], 3)).toThrow('Tensor: (2, 2) from element 3 does not fit into (3, 2).');
});

test('values are a copy, a view is the memory itself', () => {
  const matrix = arena.tensor([1, 2]).set([1, 2]);
  const [copy, view] = [matrix.values(), matrix.view()];
  matrix.set([3, 4]);
  expect([...copy]).toEqual([1, 2]);
  expect([...view]).toEqual([3, 4]);
});

test('rows may be typed arrays or plain arrays', () => {
  const matrix = arena.tensor([2, 2]).set([Float64Array.of(1, 2), [3, 4]]);
  expect([...matrix.values()]).toEqual([1, 2, 3, 4]);
  expect(arena.tensor([1]).set(5).item()).toBe(5);
});

test('a wrong number of elements and an invalid step are errors', () => {
  expect(() => arena.tensor([2, 2]).set([1, 2, 3])).toThrow('Tensor: got 3 numbers for (2, 2); it needs 4.');
  const sequence = arena.sequence([2, 3, 2]);
  for (const t of [-1, 3, 0.5]) {
    expect(() => sequence.step(t)).toThrow(`Tensor: (2, 3, 2) has no step ${t}; t must be from 0 to T − 1.`);
  }
  expect(() => arena.tensor([2, 3]).step(0)).toThrow(UnrolledError);
});

test('a tensor stays valid when its memory grows', () => {
  const young = new Arena(new PlainMemory(), 'float32');
  const early = young.tensor([3]).set([1, 2, 3]);
  const before = young.memory.buffer;
  young.tensor([1 << 20]);
  expect(young.memory.buffer).not.toBe(before);
  expect([...early.values()]).toEqual([1, 2, 3]);
});
