import { describe, expect, test } from 'vitest';
import { Repetition } from '../../../src/generation/sampling/repetition.ts';

/** The scores 1, 1, −1, −1 after these tokens. */
function penalised(repetition: Repetition, ...ids: number[]): number[] {
  const scores = Float64Array.of(1, 1, -1, -1);
  for (const id of ids) repetition.push(id);
  repetition.penalise(scores);
  return [...scores];
}

describe('the repetition penalty', () => {
  test('divides positive logits and multiplies negative ones, once per distinct token', () => {
    expect(penalised(new Repetition({ repetitionPenalty: 2 }), 0, 2, 0)).toEqual([0.5, 1, -2, -1]);
  });

  test('makes repetitions more likely below 1, and changes nothing at 1', () => {
    expect(penalised(new Repetition({ repetitionPenalty: 0.5 }), 0, 2)).toEqual([2, 1, -0.5, -1]);
    expect(penalised(new Repetition({}), 0, 2)).toEqual([1, 1, -1, -1]);
  });

  test('applies only to tokens in the window', () => {
    const repetition = new Repetition({ repetitionPenalty: 2, repetitionWindow: 3 });
    expect(penalised(repetition, 0, 1, 0)).toEqual([0.5, 0.5, -1, -1]);
    expect(penalised(repetition, 2)).toEqual([0.5, 0.5, -2, -1]);
    expect(penalised(repetition, 2)).toEqual([0.5, 1, -2, -1]);
    expect(penalised(repetition, 2)).toEqual([1, 1, -2, -1]);
  });

  test('keeps banned tokens banned', () => {
    const scores = Float64Array.of(Number.NEGATIVE_INFINITY, 1);
    const repetition = new Repetition({ repetitionPenalty: 2 });
    repetition.push(0);
    repetition.penalise(scores);
    expect(scores[0]).toBe(Number.NEGATIVE_INFINITY);
  });

  test('refuses an invalid penalty or window', () => {
    for (const repetitionPenalty of [0, 1e-39, 0.0099, 101, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => new Repetition({ repetitionPenalty })).toThrow(
        `sample: repetitionPenalty is ${repetitionPenalty}; it must be a number from 0.01 to 100`,
      );
    }
    for (const repetitionPenalty of [0.01, 100]) new Repetition({ repetitionPenalty });
    for (const repetitionWindow of [0, 1.5, -3]) {
      expect(() => new Repetition({ repetitionWindow })).toThrow(
        `sample: repetitionWindow is ${repetitionWindow}`,
      );
    }
  });
});
