import { expect, test } from 'vitest';
import { cosineDecay, exp, power } from '../../src/tensor/portable-math.ts';

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

test('exp is within 1 ulp of e^x, and exact where it can be', () => {
  for (let i = -7000; i <= 7000; i++) {
    const [x, exact] = [i / 9.87, Math.exp(i / 9.87)];
    expect(Math.abs(exp(x) - exact), `exp(${x})`).toBeLessThanOrEqual(2.3e-16 * exact);
  }
  const ends = [0, -0, 1, -1e-300, 710, -746, Infinity, -Infinity, Number.NaN];
  expect(ends.map(exp)).toEqual([1, 1, Math.E, 1, Infinity, 0, Infinity, 0, Number.NaN]);
  expect(exp(-745)).toBe(5e-324);
});
