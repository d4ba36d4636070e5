import { describe, expect, test } from 'vitest';
import { minP, topK, topP, typical } from '../../../src/generation/sampling/filters.ts';
import { allIds, selectUntil } from '../../../src/generation/sampling/select.ts';
import type { VocabularyRow } from '../../../src/generation/sampling/softmax.ts';
import { Random } from '../../../src/tensor/random.ts';

const chances = Float64Array.of(0.05, 0.3, 0.1, 0.3, 0, 0.25);

/** The ids that a filter leaves; what it leaves must be as it was. */
function left(
  filter: (row: VocabularyRow, value: number) => void,
  value: number,
  from: VocabularyRow = chances,
): number[] {
  const row = from.slice();
  filter(row, value);
  expect(row.every((probability, id) => probability === 0 || probability === from[id])).toBe(true);
  return Array.from(row.keys()).filter((id) => row[id] > 0);
}

/** The shortest run of ids in falling order of `keys` that has `target` of the weight, by sorting. */
function sorted(
  row: VocabularyRow,
  keys: VocabularyRow,
  target: number,
  weigh: (id: number) => number,
): number[] {
  const order = Array.from(row.keys())
    .filter((id) => row[id] > 0)
    .sort((a, b) => keys[b] - keys[a] || a - b);
  const sums: number[] = [];
  for (const id of order) sums.push((sums.at(-1) ?? 0) + weigh(id));
  const end = sums.findIndex((sum) => sum >= target);
  return order.slice(0, end < 0 ? order.length : end + 1).sort((a, b) => a - b);
}

/** Chances of V tokens; multiples of 2⁻²⁰, so that sums are exact, and with equals among them. */
function randomChances(random: Random, V: number): Float64Array {
  const raw = Float64Array.from({ length: V }, () => Math.floor(2 ** 10 * random.uniform() ** 4));
  return raw.map((value) => (value + 1) / 2 ** 20);
}

describe('top-k', () => {
  test('keeps the k most likely tokens, ties by lower id', () => {
    expect(left(topK, 1)).toEqual([1]);
    expect(left(topK, 2)).toEqual([1, 3]);
    expect(left(topK, 3)).toEqual([1, 3, 5]);
    expect(left(topK, 4)).toEqual([1, 2, 3, 5]);
  });

  test('keeps all tokens if k is at least their number', () => {
    for (const k of [5, 6, 7, 1000]) expect(left(topK, k)).toEqual([0, 1, 2, 3, 5]);
  });
});

describe('top-p', () => {
  test('keeps the fewest most likely tokens with the total probability', () => {
    expect(left(topP, 0.001)).toEqual([1]);
    expect(left(topP, 0.3)).toEqual([1]);
    expect(left(topP, 0.31)).toEqual([1, 3]);
    expect(left(topP, 0.8)).toEqual([1, 3, 5]);
    expect(left(topP, 0.949)).toEqual([1, 2, 3, 5]);
    expect(left(topP, 1)).toEqual([0, 1, 2, 3, 5]);
  });

  test('uses a fraction of the total if it is not 1', () => {
    expect(left(topP, 0.5, Float64Array.of(0.2, 0.1, 0.1))).toEqual([0]);
  });
});

describe('min-p', () => {
  test('keeps tokens with at least that fraction of the highest probability', () => {
    expect(left(minP, 1)).toEqual([1, 3]);
    expect(left(minP, 0.8)).toEqual([1, 3, 5]);
    expect(left(minP, 0.17)).toEqual([1, 2, 3, 5]);
    expect(left(minP, 0)).toEqual([0, 1, 2, 3, 5]);
  });
});

describe('typical', () => {
  test('keeps the tokens whose surprisal is closest to the entropy', () => {
    // Of 2⁻¹ 2⁻² 2⁻³ 2⁻³ the entropy is 1.75 bits: a quarter is the most typical, then a half.
    const bits = Float64Array.of(0.5, 0.25, 0.125, 0.125);
    expect(left(typical, 0.2, bits)).toEqual([1]);
    expect(left(typical, 0.3, bits)).toEqual([0, 1]);
    expect(left(typical, 0.8, bits)).toEqual([0, 1, 2]);
    expect(left(typical, 1, bits)).toEqual([0, 1, 2, 3]);
  });

  test('excludes the most likely token if its surprisal is too low', () => {
    // 0.4 and sixty of 0.01: the entropy is 3.13, the surprises 0.92 and 4.61.
    const flat = Float64Array.from({ length: 61 }, (_, id) => (id === 0 ? 0.4 : 0.01));
    expect(left(typical, 0.25, flat)).not.toContain(0);
    expect(left(topP, 0.25, flat)).toEqual([0]);
  });
});

test('keep at least one token, for any threshold and any total', () => {
  for (const from of [chances, Float64Array.of(0.2, 0.3, 1e-300), Float64Array.of(0, 5e-324, 5e-324)]) {
    for (const share of [Number.MIN_VALUE, 1e-310]) {
      expect(left(topP, share, from)).toEqual([1]);
      expect(left(typical, share, from)).toHaveLength(1);
    }
  }
});

test('agree with sorting, for random probabilities of any size', () => {
  const random = new Random(4);
  for (let round = 0; round < 200; round++) {
    const V = 1 + Math.floor(random.uniform() * 200);
    const row = randomChances(random, V);
    const sum = row.reduce((a, b) => a + b);
    const k = 1 + Math.floor(random.uniform() * V);
    expect(left(topK, k, row)).toEqual(sorted(row, row, k, () => 1));
    const share = 0.01 + 0.98 * random.uniform();
    expect(left(topP, share, row)).toEqual(sorted(row, row, share * sum, (id) => row[id]));
    const surprises = row.map((chance) => -Math.log(chance / sum));
    const entropy = row.reduce((all, chance, id) => all + (chance / sum) * surprises[id], 0);
    const keys = surprises.map((surprise) => -Math.abs(surprise - entropy));
    expect(left(typical, share, row)).toEqual(sorted(row, keys, share * sum, (id) => row[id]));
  }
});

test('read O(V) keys on sorted rows', () => {
  const V = 20_000;
  for (const row of [
    Float64Array.from({ length: V }, (_, id) => id + 1),
    Float64Array.from({ length: V }, (_, id) => V - id),
    new Float64Array(V).fill(1),
  ]) {
    let reads = 0;
    const keys = new Proxy(row, {
      get: (target, name) => {
        reads++;
        return Reflect.get(target, name);
      },
    });
    expect(selectUntil(allIds(V), keys, 1000)).toBe(1000);
    expect(reads).toBeLessThan(20 * V);
  }
});
