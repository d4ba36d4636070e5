import { expect, test } from 'vitest';
import { formatShape, sameShape, sizeOf } from '../../src/tensor/shape.ts';

test('the size of a shape is the product of its sizes, 1 for a scalar, 0 with an empty axis', () => {
  expect(sizeOf([20, 35, 100])).toBe(70000);
  expect(sizeOf([])).toBe(1);
  expect(sizeOf([3, 0, 2])).toBe(0);
});

test('a shape is written as in error messages', () => {
  expect(formatShape([20, 35, 100])).toBe('(20, 35, 100)');
});

test('shapes are equal if all sizes are, and not if one is longer', () => {
  expect(sameShape([2, 3], [2, 3])).toBe(true);
  expect(sameShape([2, 3], [3, 2])).toBe(false);
  expect(sameShape([2, 3], [2, 3, 1])).toBe(false);
  expect(sameShape([2, 3, 1], [2, 3])).toBe(false);
});
