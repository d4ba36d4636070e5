import { expect, test } from 'vitest';
import { Heap } from '../../../../src/data/tokenizers/bpe/heap.ts';
import { randomIntegers } from '../../random-integers.ts';

test('a heap returns the first item, with any pushes in between', () => {
  const heap = new Heap<number>((a, b) => a < b);
  expect(heap.pop()).toBeUndefined();
  const left: number[] = [];
  for (const [i, number] of randomIntegers(3, 500, 40).entries()) {
    heap.push(number);
    left.push(number);
    if (i % 3 > 0) continue;
    left.sort((a, b) => a - b);
    expect(heap.pop()).toBe(left.shift());
  }
  left.sort((a, b) => a - b);
  expect(Array.from(left, () => heap.pop())).toEqual(left);
  expect(heap.pop()).toBeUndefined();
});
