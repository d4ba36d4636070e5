import { describe, expect, test } from 'vitest';
import { createMask, dropped, mix } from '../../src/tensor/mask.ts';
import { MaskSource } from '../../src/tensor/mask-source.ts';

const n = 200_000;
const bits = (mask: ReturnType<typeof createMask>, count = n) =>
  new Float64Array(count).map((_, i) => (dropped(1, mask, i) === 0 ? 1 : 0));

/** The correlation of two rows of bits, of which the share `rate` is 1. */
function correlation(a: Float64Array, b: Float64Array, rate: number): number {
  const variance = rate * (1 - rate);
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] - rate) * (b[i] - rate);
  return sum / (a.length * variance);
}

describe('a mask', () => {
  test('drops the same elements as in every version', () => {
    expect([0, 1, 2, 0xffffffff].map(mix)).toEqual([0, 1753845952, 3507691905, 1734902346]);
    const start = [...bits(createMask([1, 2], 0.5), 24)].join('');
    expect(start).toBe('111010001010100011111110');
  });

  test.each([0.001, 0.1, 0.5, 0.9])('drops a fraction of %d', (rate) => {
    for (const keys of [
      [0, 0],
      [1, 2],
      [-5, 0x7fffffff],
    ] as const) {
      const share = bits(createMask(keys, rate)).reduce((sum, bit) => sum + bit, 0) / n;
      expect(Math.abs(share - rate)).toBeLessThan(4 * Math.sqrt((rate * (1 - rate)) / n));
    }
  });

  test('keeps the mean by scaling with 1/(1 − rate)', () => {
    const mask = createMask([3, 4], 0.75);
    const values = new Set(Array.from({ length: 1000 }, (_, i) => dropped(0.5, mask, i)));
    expect([...values].toSorted()).toEqual([0, 2]);
  });

  test('has independent elements, neighbouring and distant', () => {
    const mask = bits(createMask([5, 6], 0.5), n + 65_536);
    for (const distance of [1, 2, 3, 4, 8, 100, 128, 650, 13_000, 65_536]) {
      const r = correlation(mask.subarray(0, n), mask.subarray(distance, n + distance), 0.5);
      expect(Math.abs(r), `${distance} apart`).toBeLessThan(4 / Math.sqrt(n));
    }
  });
});

describe('MaskSource', () => {
  test('gives each seed, step and stream an independent mask', () => {
    const rows: Float64Array[] = [];
    for (const seed of [0, 1, 2, 0xffffffff]) {
      const masks = new MaskSource(seed);
      const streams = [0, 1, 2].map(() => masks.stream('test', 0.3));
      for (let step = 0; step < 3; step++) {
        for (const stream of streams) rows.push(bits(stream()!, 20_000));
        masks.next();
      }
    }
    rows.forEach((a, i) => {
      for (const b of rows.slice(i + 1)) {
        // Some of the 630 pairs are further off than four deviations; none is by five.
        expect(Math.abs(correlation(a, b, 0.3))).toBeLessThan(5 / Math.sqrt(20_000));
      }
    });
  });

  test('gives a stream one mask per block, the same in every run', () => {
    const [one, other] = [new MaskSource(7), new MaskSource(7)];
    const [a, b] = [one.stream('a', 0.5), other.stream('b', 0.5)];
    for (let step = 0; step < 3; step++) {
      expect(a()).toEqual(b());
      expect(a()).toEqual(a());
      const before = a();
      one.next();
      other.next();
      expect(a()).not.toEqual(before);
    }
  });

  test('continues after its state was restored from JSON', () => {
    const masks = new MaskSource(7);
    const streams = [masks.stream('a', 0.5), masks.stream('b', 0.2)];
    for (let step = 0; step < 5; step++) masks.next();
    const state = JSON.parse(JSON.stringify(masks.save()));
    expect(state).toEqual({ seed: 7, step: 5 });
    const resumed = new MaskSource(0);
    const again = [resumed.stream('a', 0.5), resumed.stream('b', 0.2)];
    resumed.restore(state);
    for (let step = 0; step < 3; step++) {
      expect(again.map((stream) => stream())).toEqual(streams.map((stream) => stream()));
      masks.next();
      resumed.next();
    }
  });

  test('gives no mask at rate 0 and in evaluation', () => {
    const masks = new MaskSource(1);
    const stream = masks.stream('test', 0.5);
    expect(masks.stream('test', 0)()).toBeNull();
    expect(stream()).not.toBeNull();
    masks.training = false;
    expect(stream()).toBeNull();
  });

  test.each([-0.1, 1, 1.5, Number.NaN])('refuses the rate %d', (rate) => {
    expect(() => new MaskSource(1).stream('TimeDropout', rate)).toThrow(
      `TimeDropout: the dropout rate is ${rate}; it must be at least 0 and below 1. Use 0.5, for example.`,
    );
  });

  test('refuses invalid seeds and steps, and keeps its state', () => {
    expect(() => new MaskSource(-1)).toThrow(
      'MaskSource: seed is -1; it must be an integer from 0 to 4294967295.',
    );
    const masks = new MaskSource(3);
    for (const step of [-1, 0.5, Number.NaN, 2 ** 32]) {
      expect(() => masks.restore({ seed: 4, step })).toThrow(`MaskSource: step is ${step}; it must`);
    }
    expect(masks.save()).toEqual({ seed: 3, step: 0 });
  });
});
