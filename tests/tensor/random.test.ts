import { describe, expect, test } from 'vitest';
import { portableLog, Random } from '../../src/tensor/random.ts';

const draws = (random: Random, count: number) => Array.from({ length: count }, () => random.normal());

describe('Random', () => {
  test('draws the same numbers as in every version', () => {
    const random = new Random(1);
    expect([random.uniform(), random.uniform()]).toEqual([0.10380351494605067, 0.18404587050353194]);
    expect(draws(new Random(1), 3)).toEqual([0.8212134950387208, 1.4501537775534967, 0.5504185541042746]);
    expect(draws(new Random(0xffffffff), 1)).toEqual([0.06105308518994833]);
  });

  test('continues after its state was restored from JSON', () => {
    const random = new Random(5);
    draws(random, 17);
    const state = JSON.parse(JSON.stringify(random.save()));
    const expected = draws(random, 50);
    expect(draws(Random.fromState(state), 50)).toEqual(expected);
  });

  test("a state is a copy that later draws don't change", () => {
    const random = new Random(5);
    const state = random.save();
    const kept = [...state];
    draws(random, 3);
    expect(state).toEqual(kept);
    expect(random.save()).not.toEqual(kept);
  });

  test('normal numbers have mean 0, variance 1, no skew, and normal tails', () => {
    const n = 200_000;
    const xs = draws(new Random(3), n);
    const moment = (power: number) => xs.reduce((sum, x) => sum + x ** power, 0) / n;
    expect(Math.abs(moment(1))).toBeLessThan(4 / Math.sqrt(n));
    expect(Math.abs(moment(2) - 1)).toBeLessThan(4 * Math.sqrt(2 / n));
    expect(Math.abs(moment(3))).toBeLessThan(4 * Math.sqrt(15 / n));
    const beyond2 = xs.filter((x) => Math.abs(x) > 2).length / n;
    expect(Math.abs(beyond2 - 0.0455)).toBeLessThan(4 * Math.sqrt(0.0455 / n));
  });

  test('uniform numbers fill [0, 1) evenly', () => {
    const random = new Random(4);
    const bins = new Array<number>(10).fill(0);
    for (let i = 0; i < 100_000; i++) bins[Math.floor(10 * random.uniform())]++;
    // A number outside of [0, 1) would make another bin.
    expect(Object.keys(bins)).toHaveLength(10);
    for (const count of bins) expect(Math.abs(count - 10_000)).toBeLessThan(400);
  });

  test('neighbouring seeds are uncorrelated', () => {
    const n = 4000;
    const firsts = Array.from({ length: n }, (_, seed) => new Random(seed).normal());
    expect(new Set(firsts).size).toBe(n);
    for (const bit of [1, 2, 8, 1024]) {
      const product = firsts.reduce((sum, x, seed) => sum + x * (firsts[seed ^ bit] ?? 0), 0) / n;
      // Each pair is in the sum twice.
      expect(Math.abs(product), `seeds that differ by ${bit}`).toBeLessThan(4 * Math.sqrt(2 / n));
    }
  });

  test.each([-1, 0.5, 2 ** 32, Number.NaN, Number.POSITIVE_INFINITY])('refuses the seed %d', (seed) => {
    expect(() => new Random(seed)).toThrow(
      `Random: seed is ${seed}; it must be an integer from 0 to 4294967295.`,
    );
  });

  test.each([[[1, 2, 3]], [[1, 2, 3, 4, 5]], [[1, 2, 3, 0.5]], [[1, 2, 3, Number.NaN]], [[0, 0, 0, 0]]])(
    'refuses the state %j',
    (state) => {
      expect(() => Random.fromState(state)).toThrow(`Random: the state is [${state}]`);
    },
  );
});

describe('portableLog', () => {
  test('is the logarithm over the whole range of normal numbers, within the last bits', () => {
    const random = new Random(8);
    const worst = { value: 0 };
    const check = (x: number) => {
      const exact = Math.log(x);
      const error = Math.abs(portableLog(x) - exact) / Math.max(1, Math.abs(exact));
      worst.value = Math.max(worst.value, error);
    };
    for (let i = 0; i < 20_000; i++) check(random.uniform() || 0.5);
    for (let exponent = -1022; exponent <= 1023; exponent++) check(2 ** exponent * (1 + random.uniform()));
    expect(worst.value).toBeLessThan(4.5e-16);
  });

  test('of 1 is 0, and is accurate near 1', () => {
    expect(portableLog(1)).toBe(0);
    for (const step of [1e-15, 1e-10, 1e-5]) {
      expect(portableLog(1 + step) / Math.log1p(1 + step - 1)).toBeCloseTo(1, 14);
    }
  });
});
