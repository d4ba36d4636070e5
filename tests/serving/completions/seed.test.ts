import { describe, expect, test } from 'vitest';
import { readCompletion } from '../../../src/serving/completions/request.ts';
import { randomOf } from '../../../src/serving/completions/seed.ts';
import { Random } from '../../../src/tensor/random.ts';
import { served, someLimits } from '../../support/served.ts';

const start = (random: Random) => [random.uniform(), random.uniform()].join();

test.each([0, 1, 7, 2 ** 32 - 1])('a seed of 32 bits has the generator of the command line: %d', (seed) => {
  expect(start(randomOf(BigInt(seed)))).toBe(start(new Random(seed)));
});

test('seeds of 64 bits have different generators, whichever bits differ', () => {
  const halves = [0n, 1n, 2n, 2n ** 31n, 2n ** 32n - 1n, 0x9e3779b9n];
  const seeds = halves.flatMap((high) => halves.map((low) => (high << 32n) + low));
  expect(new Set(seeds.map((seed) => start(randomOf(seed)))).size).toBe(seeds.length);
  const first = (seed: bigint) => randomOf(seed).uniform();
  const near = Array.from({ length: 200 }, (_, i) => first((BigInt(i) << 32n) + 5n));
  const mean = near.reduce((sum, x) => sum + x) / near.length;
  expect(Math.abs(mean - 0.5)).toBeLessThan(0.1);
});

test('a negative seed is the unsigned one of the same bits', () => {
  expect(start(randomOf(-1n))).toBe(start(randomOf(2n ** 32n - 1n)));
  expect(start(randomOf(-(2n ** 31n)))).toBe(start(randomOf(2n ** 31n)));
  expect(start(randomOf(-(2n ** 31n) - 1n))).toBe(start(randomOf(2n ** 64n - 2n ** 31n - 1n)));
  expect(start(randomOf(-(2n ** 63n)))).toBe(start(randomOf(2n ** 63n)));
});

describe('the seed of a request', () => {
  const small = served('a b');
  const read = (body: object) => readCompletion({ ...body }, [small], someLimits);

  test.each([0, -1, Number.MAX_SAFE_INTEGER, 1e19, -(2n ** 63n), 2n ** 64n - 1n])(
    'is an integer of 64 bits: %d',
    (seed) => {
      expect(read({ seed }).seed).toBe(BigInt(seed));
    },
  );

  test('that is not given is random, of 32 bits', () => {
    const seeds = Array.from({ length: 20 }, () => read({}).seed);
    expect(new Set(seeds).size).toBeGreaterThan(15);
    for (const seed of seeds) expect(BigInt.asUintN(32, seed)).toBe(seed);
  });
});
