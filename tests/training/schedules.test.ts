import { describe, expect, test } from 'vitest';
import { cosine, oneCycle } from '../../src/training/schedules/cosine.ts';
import { constant, decayAfter, stepDecay } from '../../src/training/schedules/decay.ts';
import { Plateau } from '../../src/training/schedules/plateau.ts';
import type { Schedule } from '../../src/training/schedules/schedule.ts';
import { warmUp } from '../../src/training/schedules/warm-up.ts';

const byEpoch = (schedule: Schedule, epochs: number): number[] =>
  Array.from({ length: epochs }, (_, i) => schedule.rate({ epoch: i + 1, step: 10 * i + 1 }));

const byStep = (schedule: Schedule, steps: number): number[] =>
  Array.from({ length: steps }, (_, i) => schedule.rate({ epoch: 1, step: i + 1 }));

test('constant returns its rate', () => {
  expect(byEpoch(constant({ lr: 0.3 }), 3)).toEqual([0.3, 0.3, 0.3]);
});

test('stepDecay multiplies by the factor after each so many epochs', () => {
  expect(byEpoch(stepDecay({ lr: 8, factor: 0.5, every: 2 }), 5)).toEqual([8, 8, 4, 4, 2]);
});

test('decayAfter multiplies by the factor before each epoch after the first ones', () => {
  expect(byEpoch(decayAfter({ lr: 5, after: 3 }), 6)).toEqual([5, 5, 5, 2.5, 1.25, 0.625]);
  expect(byEpoch(decayAfter({ lr: 5, after: 0 }), 2)).toEqual([2.5, 1.25]);
  expect(byEpoch(decayAfter({ lr: 0.1, factor: 1, after: 0 }), 3)).toEqual([0.1, 0.1, 0.1]);
});

describe('Plateau', () => {
  const rates = (schedule: Plateau, perplexities: number[]) =>
    perplexities.map((perplexity) => {
      schedule.validated(perplexity);
      return schedule.rate();
    });

  test('divides the rate by 4 if a perplexity is not the best so far', () => {
    expect(rates(new Plateau({ lr: 16 }), [9, 8, 8, 9, 7, 7.5])).toEqual([16, 16, 4, 1, 1, 0.25]);
  });

  test('tolerates as many evaluations in a row as its patience', () => {
    const schedule = new Plateau({ lr: 1, factor: 0.5, patience: 1 });
    expect(rates(schedule, [9, 10, 8, 9, 9, 9, 9])).toEqual([1, 1, 1, 1, 0.5, 0.5, 0.25]);
  });

  test('saved and restored at any time, it continues unchanged', () => {
    const perplexities = [9, 10, 8, 9, 9, 7, 8, 8];
    const expected = rates(new Plateau({ lr: 1, patience: 1 }), perplexities);
    let schedule = new Plateau({ lr: 1, patience: 1 });
    const found = perplexities.map((perplexity) => {
      const state = JSON.parse(JSON.stringify(schedule.save()));
      schedule = new Plateau({ lr: 1, patience: 1 });
      schedule.restore(state);
      return rates(schedule, [perplexity])[0];
    });
    expect(found).toEqual(expected);
    expect(new Set(expected).size).toBe(3);
  });

  test('refuses a state of another schedule', () => {
    expect(() => new Plateau({ lr: 1 }).restore({})).toThrow('Plateau: the saved state has no valid best');
    const state = { best: [3], worse: -1, falls: 0 };
    expect(() => new Plateau({ lr: 1 }).restore(state)).toThrow('has no valid worse; it must be an integer');
  });
});

test('cosine starts at its rate, is halfway in the middle, and never falls below its end', () => {
  const rates = byStep(cosine({ lr: 2, steps: 10, end: 1 }), 12);
  expect(rates[0]).toBe(2);
  expect(rates[5]).toBeCloseTo(1.5, 15);
  expect(rates.slice(10)).toEqual([1, 1]);
  for (let i = 1; i < 11; i++) expect(rates[i]).toBeLessThan(rates[i - 1]);
});

test('oneCycle rises from lr/25 to lr and falls to lr/250,000', () => {
  const rates = byStep(oneCycle({ lr: 1, steps: 21, rise: 1 / 3 }), 23);
  expect(rates[0]).toBeCloseTo(1 / 25, 15);
  expect(Math.max(...rates)).toBe(rates[6]);
  expect(rates[6]).toBeCloseTo(1, 12);
  expect(rates.slice(20)).toEqual([rates[20], rates[20], rates[20]]);
  expect(rates[20]).toBeCloseTo(1 / 250_000, 15);
});

test.each([2, 3, 4, 10])('oneCycle over %i steps has a positive rate at each', (steps) => {
  for (const rate of byStep(oneCycle({ lr: 1, steps, rise: 0.5 }), steps)) {
    expect(rate).toBeGreaterThan(0);
    expect(rate).toBeLessThanOrEqual(1);
  }
});

test("warmUp rises linearly to the rate of its schedule, and has that schedule's state", () => {
  const plateau = new Plateau({ lr: 8 });
  const schedule = warmUp(plateau, 4);
  expect(byStep(schedule, 6)).toEqual([2, 4, 6, 8, 8, 8]);
  expect(schedule.needsValidation).toBe(true);
  schedule.validated(1);
  schedule.validated(2);
  expect(byStep(schedule, 6)).toEqual([0.5, 1, 1.5, 2, 2, 2]);
  const other = warmUp(new Plateau({ lr: 8 }), 4);
  other.restore(schedule.save());
  expect(byStep(other, 6)).toEqual(byStep(schedule, 6));
});

test.each<[string, () => Schedule]>([
  ['constant: lr is 0', () => constant({ lr: 0 })],
  ['stepDecay: factor is -1', () => stepDecay({ lr: 1, factor: -1, every: 1 })],
  ['stepDecay: every is 0', () => stepDecay({ lr: 1, every: 0 })],
  ['decayAfter: after is 1.5', () => decayAfter({ lr: 1, after: 1.5 })],
  ['Plateau: lr is NaN', () => new Plateau({ lr: Number.NaN })],
  ['Plateau: patience is -1', () => new Plateau({ lr: 1, patience: -1 })],
  ['cosine: steps is 0', () => cosine({ lr: 1, steps: 0 })],
  ['cosine: end is -1', () => cosine({ lr: 1, steps: 3, end: -1 })],
  ['oneCycle: steps is 1', () => oneCycle({ lr: 1, steps: 1 })],
  ['oneCycle: rise is 0', () => oneCycle({ lr: 1, steps: 9, rise: 0 })],
  ['oneCycle: 1 − rise is 0', () => oneCycle({ lr: 1, steps: 9, rise: 1 })],
  ['warmUp: steps is 0', () => warmUp(constant({ lr: 1 }), 0)],
])('refuses what is out of range: %s', (message, make) => {
  expect(make).toThrow(`${message}; it must be`);
});
