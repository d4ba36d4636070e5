import { describe, expect, test } from 'vitest';
import {
  mostLikely,
  probabilities,
  type SampleOptions,
  sample,
} from '../../../src/generation/sampling/sample.ts';
import { Random } from '../../../src/tensor/random.ts';

const scores = Float64Array.of(1, 3, -2, 3, 0);

/** How often each id comes out of 20,000 draws. */
function shares(options: Parameters<typeof sample>[2]): number[] {
  const random = new Random(2);
  const counts = new Array<number>(scores.length).fill(0);
  for (let i = 0; i < 20_000; i++) counts[sample(scores, random, options)] += 1 / 20_000;
  return counts;
}

describe('probabilities', () => {
  test('are the softmax of the logits divided by the temperature', () => {
    for (const temperature of [0.5, 1, 3]) {
      const exps = scores.map((score) => Math.exp(score / temperature));
      const sum = exps.reduce((a, b) => a + b);
      probabilities(scores, { temperature }).forEach((p, i) => expect(p).toBeCloseTo(exps[i] / sum, 14));
    }
  });

  test('of banned ids are 0, and the others are renormalised', () => {
    const chances = probabilities(scores, { banned: [1, 4] });
    expect([chances[1], chances[4]]).toEqual([0, 0]);
    expect(chances[3] / chances[0]).toBeCloseTo(Math.exp(2), 12);
    expect(chances.reduce((a, b) => a + b)).toBeCloseTo(1, 14);
  });

  test("don't change the logits, and are finite for logits of ±1e4", () => {
    const large = Float64Array.of(1e4, -1e4, 1e4);
    expect(probabilities(large, { banned: [2] })).toEqual(Float64Array.of(1, 0, 0));
    expect(large).toEqual(Float64Array.of(1e4, -1e4, 1e4));
  });

  test('are filtered in the order top-k, top-p, min-p, typical, and sum to 1', () => {
    const logs = Float64Array.of(0.4, 0.3, 0.2, 0.06, 0.04).map(Math.log);
    const left = (options: SampleOptions) => {
      const chances = probabilities(logs, options);
      expect(chances.reduce((a, b) => a + b)).toBeCloseTo(1, 14);
      return Array.from(chances.keys()).filter((id) => chances[id] > 0);
    };
    expect(left({ topK: 3 })).toEqual([0, 1, 2]);
    expect(left({ topP: 0.75 })).toEqual([0, 1, 2]);
    // Of the three that top-k leaves, two have 0.75 of what is left.
    expect(left({ topK: 3, topP: 0.75 })).toEqual([0, 1]);
    expect(left({ topK: 4, minP: 0.6 })).toEqual([0, 1]);
    expect(left({ minP: 0.6, typical: 0.5 })).toEqual([0]);
    expect(probabilities(logs, { topK: 2, temperature: 0.5 })[0]).toBeCloseTo(0.16 / 0.25, 14);
    expect(left({ banned: [0], topK: 1 })).toEqual([1]);
    expect(left({ topK: 99, topP: 1, minP: 0, typical: 1 })).toEqual([0, 1, 2, 3, 4]);
  });

  test('of a float32 row are float32', () => {
    const row = Float32Array.from(scores);
    const chances: Float32Array = probabilities(row, { topK: 3 });
    expect(chances).toBeInstanceOf(Float32Array);
    expect(row).toEqual(Float32Array.from(scores));
    probabilities(scores, { topK: 3 }).forEach((p, id) => expect(chances[id]).toBeCloseTo(p, 6));
  });
});

describe('sample', () => {
  test('takes the most likely id at temperature 0, ties by lower id, without a random number', () => {
    const random = new Random(1);
    const state = random.save();
    expect(sample(scores, random, { temperature: 0 })).toBe(1);
    expect(sample(scores, random, { temperature: 0, banned: [1] })).toBe(3);
    expect(random.save()).toEqual(state);
  });

  test('samples each id in proportion to its probability', () => {
    for (const options of [
      {},
      { temperature: 2 },
      { banned: [3] },
      { topK: 2 },
      { topP: 0.6, temperature: 2 },
      { minP: 0.1, temperature: 2 },
      { typical: 0.5, temperature: 3 },
    ]) {
      const chances = probabilities(scores, options);
      shares(options).forEach((share, id) => {
        expect(Math.abs(share - chances[id])).toBeLessThan(4 * Math.sqrt(0.25 / 20_000));
      });
    }
  });

  test('never samples a banned id, even the most likely one', () => {
    expect(shares({ banned: [1, 3] }).map((share) => share > 0)).toEqual([true, false, true, false, true]);
  });

  test('returns the last possible id if rounding leaves a remainder', () => {
    const random = new Random(1);
    random.uniform = () => 1;
    expect(sample(scores, random, { banned: [4] })).toBe(3);
  });

  test('samples from what all filters keep; each keeps at least one token', () => {
    const random = new Random(6);
    const draw = new Random(1);
    const one = <T>(of: readonly T[]): T => of[Math.floor(of.length * random.uniform())];
    const least = Number.MIN_VALUE;
    const wrong: string[] = [];
    for (let round = 0; round < 2500; round++) {
      const scale = one([0, 1, 30, 1e30]);
      const numbers = Array.from({ length: one([2, 5, 300]) }, () =>
        random.uniform() < 0.2 ? Number.NEGATIVE_INFINITY : scale * random.normal(),
      );
      numbers[1] = one([0, -scale]); // never banned
      const row = one([Float32Array.from(numbers), Float64Array.from(numbers)]);
      const temperature = one([0, least, 1e-30, 0.8, 100, 1e30, Number.MAX_VALUE]);
      const banned = one<number[]>([[], [0], [0, 3]]);
      const options: SampleOptions = {
        temperature,
        banned,
        ...one([{}, { topK: 1 }, { topK: 2 }, { topK: 99 }]),
        ...one([{}, { topP: least }, { topP: 1e-300 }, { topP: 0.4 }, { topP: 1 }]),
        ...one([{}, { minP: 0 }, { minP: least }, { minP: 0.5 }, { minP: 1 }]),
        ...one([{}, { typical: least }, { typical: 1e-300 }, { typical: 0.4 }, { typical: 1 }]),
      };
      const kept = Array.from(probabilities(row, options));
      draw.uniform = () => one([0, least, 0.5, 1 - 2 ** -53, 1, random.uniform()]);
      const id = sample(row, draw, options);
      const left = kept.filter((chance) => chance > 0).length;
      const [{ id: likely }] = mostLikely(probabilities(row, { temperature, banned }), 1);
      const isRight =
        Number.isFinite(row[id]) &&
        !banned.includes(id) &&
        kept[id] > 0 &&
        left <= (options.topK ?? row.length) &&
        (Math.min(options.topP ?? 1, options.typical ?? 1) >= 1e-99 || left === 1) &&
        ((options.topP ?? 1) >= 1e-99 || id === likely);
      if (!isRight) wrong.push(JSON.stringify({ ...options, row: [...row], id, kept, likely }));
    }
    expect(wrong).toEqual([]);
  });

  test.each([-1, Number.NaN, Number.POSITIVE_INFINITY])('refuses the temperature %d', (temperature) => {
    expect(() => sample(scores, new Random(1), { temperature })).toThrow(
      `sample: temperature is ${temperature}; it must be a finite number ≥ 0.`,
    );
  });

  test.each([
    ['topK', [0, -1, 1.5], 'a positive integer'],
    ['topP', [0, 1.1, Number.NaN], 'above 0 and at most 1'],
    ['minP', [-0.1, 1.1, Number.NaN], 'from 0 to 1'],
    ['typical', [0, 1.1, Number.NaN], 'above 0 and at most 1'],
  ] as const)('refuses the %s %o', (name, values, needs) => {
    for (const value of values) {
      for (const temperature of [0, 1]) {
        expect(() => sample(scores, new Random(1), { temperature, [name]: value })).toThrow(
          `sample: ${name} is ${value}; it must be ${needs}.`,
        );
      }
    }
  });

  test('refuses to sample if no token is left, and from NaN logits', () => {
    for (const temperature of [0, 1]) {
      const draw = (from: Float64Array, banned: number[] = []) =>
        sample(from, new Random(1), { temperature, banned });
      expect(() => draw(scores, [0, 1, 2, 3, 4])).toThrow('sample: all 5 tokens are banned');
      const fault = { code: 'not-finite', message: expect.stringContaining('logit is -Infinity') };
      const low = new Float64Array(3).fill(Number.NEGATIVE_INFINITY);
      expect(() => draw(low)).toThrow(expect.objectContaining(fault));
      expect(() => draw(low, [1])).toThrow(expect.objectContaining(fault));
      expect(() => draw(Float64Array.of(1, Number.NaN))).toThrow('sample: the largest logit is NaN');
      expect(() => draw(Float64Array.of(1, Number.POSITIVE_INFINITY))).toThrow(
        'the largest logit is Infinity',
      );
    }
  });
});

test('mostLikely returns the requested number of ids, most likely first, ties by lower id', () => {
  const chances = Float64Array.of(0.1, 0.3, 0.2, 0.3, 0.1);
  expect(mostLikely(chances, 3)).toEqual([
    { id: 1, probability: 0.3 },
    { id: 3, probability: 0.3 },
    { id: 2, probability: 0.2 },
  ]);
  expect(mostLikely(chances, 9)).toHaveLength(5);
  expect(mostLikely(chances, 2, Int32Array.of(4, 2, 0)).map(({ id }) => id)).toEqual([2, 0]);
});
