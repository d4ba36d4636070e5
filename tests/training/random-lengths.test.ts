import { expect, test } from 'vitest';
import { StreamBatches } from '../../src/data/batches/stream-batches.ts';
import { Random } from '../../src/tensor/random.ts';
import { RandomLengths } from '../../src/training/random-lengths.ts';

const draws = (T: number, count: number, seed = 1): number[] => {
  const lengths = new RandomLengths(new Random(seed), T);
  return Array.from({ length: count }, () => lengths.next());
};

const counting = (length: number): Int32Array => Int32Array.from({ length }, (_, i) => i);

const mean = (numbers: number[]) => numbers.reduce((a, b) => a + b, 0) / numbers.length;

test('lengths are normal around T, or with probability 0.05 around T/2, with deviation 5', () => {
  const found = draws(70, 20_000);
  const around = found.filter((length) => length > 52);
  expect(1 - around.length / found.length).toBeCloseTo(0.05, 2);
  expect(mean(around)).toBeCloseTo(69.5, 0);
  const center = mean(around);
  expect(Math.sqrt(mean(around.map((length) => (length - center) ** 2)))).toBeCloseTo(5, 0);
  expect(mean(found.filter((length) => length <= 52))).toBeCloseTo(34.5, 0);
});

test('no length is below 5 or above T + 20', () => {
  const found = draws(8, 20_000);
  expect(Math.min(...found)).toBe(5);
  expect(Math.max(...found)).toBeLessThanOrEqual(28);
  expect(new RandomLengths(new Random(1), 8).longest).toBe(28);
});

test('the same seed gives the same lengths, another seed different ones', () => {
  expect(draws(70, 50, 3)).toEqual(draws(70, 50, 3));
  expect(draws(70, 50, 4)).not.toEqual(draws(70, 50, 3));
});

test.each([4, 0, 7.5])('T=%d is refused', (T) => {
  expect(() => new RandomLengths(new Random(1), T)).toThrow(
    `RandomLengths: T is ${T}; it must be an integer of at least 5.`,
  );
});

test.each(['cut', 'wrap'] as const)(
  'each stream is read once and in order, whatever the lengths (%s)',
  (end) => {
    const [N, T] = [3, 10];
    const feed = new StreamBatches(counting(500), {
      N,
      T,
      end,
      lengths: new RandomLengths(new Random(1), T),
    });
    const steps = feed.stepsPerEpoch * T;
    const lengths = new Set<number>();
    for (let epoch = 0; epoch < 3; epoch++) {
      const read: number[] = [];
      while (read.length < steps) {
        const batch = feed.next();
        lengths.add(batch.T);
        expect(batch.xs).toHaveLength(N * batch.T);
        for (let t = 0; t < batch.T; t++) {
          read.push(batch.xs[t * N + 1]);
          expect(batch.ts[t * N + 1]).toBe(batch.xs[t * N + 1] + 1);
        }
      }
      const first = 166 + (end === 'cut' ? 0 : epoch * steps);
      expect(read).toEqual(Array.from({ length: steps }, (_, i) => (first + i) % 499));
    }
    expect(lengths.size).toBeGreaterThan(5);
  },
);

test('restored batches of random lengths yield the same blocks as uninterrupted ones', () => {
  const open = () =>
    new StreamBatches(counting(400), {
      N: 2,
      T: 12,
      end: 'cut',
      lengths: new RandomLengths(new Random(5), 12),
    });
  const feed = open();
  for (let block = 0; block < 7; block++) feed.next();
  const resumed = open();
  resumed.restore(JSON.parse(JSON.stringify(feed.save())));
  for (let block = 0; block < 30; block++) {
    expect(Array.from(resumed.next().xs)).toEqual(Array.from(feed.next().xs));
  }
});
