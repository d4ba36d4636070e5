import { expect, test } from 'vitest';
import { cosineDecay, power } from '../../src/tensor/portable-math.ts';

test('power computes integer powers', () => {
  expect([0, 1, 2, 10, 31].map((exponent) => power(2, exponent))).toEqual([1, 2, 4, 1024, 2 ** 31]);
  for (const exponent of [3, 100, 12_345]) {
    expect(power(0.999, exponent) / 0.999 ** exponent).toBeCloseTo(1, 11);
  }
});

test('cosineDecay is (1 + cos πx)/2, from 1 to 0', () => {
  expect(cosineDecay(0)).toBe(1);
  expect(cosineDecay(1)).toBeLessThan(1e-30);
  for (let i = 0; i <= 1000; i++) {
    expect(Math.abs(cosineDecay(i / 1000) - (1 + Math.cos((Math.PI * i) / 1000)) / 2)).toBeLessThan(1e-15);
  }
});
