import { expect, test } from 'vitest';

test('typed arrays are equal if their elements are, at any offset', () => {
  const long = Float32Array.of(7, 1, 2, 7);
  expect(long.subarray(1, 3)).toEqual(Float32Array.of(1, 2));
  expect({ deep: [long] }).toEqual({ deep: [long.slice()] });
  expect(Float64Array.of(Number.NaN)).toEqual(Float64Array.of(Number.NaN));
});

test('typed arrays that differ in a number, in a sign of 0, in length or in kind are not equal', () => {
  const ones = new Float64Array(1000).fill(1);
  expect(ones).not.toEqual(ones.with(999, 1 + Number.EPSILON));
  expect(Float32Array.of(0)).not.toEqual(Float32Array.of(-0));
  expect(Float32Array.of(1)).not.toEqual(Float32Array.of(1, 1));
  expect(Float32Array.of(0)).not.toEqual(Int32Array.of(0));
});
