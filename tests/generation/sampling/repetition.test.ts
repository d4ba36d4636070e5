import { describe, expect, test } from 'vitest';
import { penalised, Repetition } from '../../../src/generation/sampling/repetition.ts';
import { sample } from '../../../src/generation/sampling/sample.ts';
import { logitsAfter } from '../../../src/generation/writing/read-ids.ts';
import { Writer, writeNext } from '../../../src/generation/writing/writer.ts';
import { Random } from '../../../src/tensor/random.ts';
import { livelyModel } from '../../support/served.ts';

/** The scores 1, 1, −1, −1 after these tokens. */
function scoresAfter(repetition: Repetition, ...ids: number[]): number[] {
  const scores = Float64Array.of(1, 1, -1, -1);
  for (const id of ids) repetition.push(id);
  repetition.penalise(scores);
  return [...scores];
}

describe('the repetition penalty', () => {
  test('divides positive logits and multiplies negative ones, once per distinct token', () => {
    expect(scoresAfter(new Repetition({ repetitionPenalty: 2 }), 0, 2, 0)).toEqual([0.5, 1, -2, -1]);
  });

  test('makes repetitions more likely below 1, and changes nothing at 1', () => {
    expect(scoresAfter(new Repetition({ repetitionPenalty: 0.5 }), 0, 2)).toEqual([2, 1, -0.5, -1]);
    expect(scoresAfter(new Repetition({}), 0, 2)).toEqual([1, 1, -1, -1]);
  });

  test('applies only to tokens in the window', () => {
    const repetition = new Repetition({ repetitionPenalty: 2, repetitionWindow: 3 });
    expect(scoresAfter(repetition, 0, 1, 0)).toEqual([0.5, 0.5, -1, -1]);
    expect(scoresAfter(repetition, 2)).toEqual([0.5, 0.5, -2, -1]);
    expect(scoresAfter(repetition, 2)).toEqual([0.5, 1, -2, -1]);
    expect(scoresAfter(repetition, 2)).toEqual([1, 1, -2, -1]);
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

describe('the penalised logits of a text', () => {
  const scores = Float64Array.of(1, 1, -1, -1);

  test('are those after the last tokens of the window; the logits stay as they were', () => {
    expect(penalised(scores, [1, 0, 2, 0], { repetitionPenalty: 2, repetitionWindow: 3 })).toEqual(
      Float64Array.of(0.5, 1, -2, -1),
    );
    expect(penalised(scores, [0, 2])).toEqual(scores);
    expect(penalised(Float32Array.from(scores), [0], { repetitionPenalty: 4 })).toBeInstanceOf(Float32Array);
    expect(scores).toEqual(Float64Array.of(1, 1, -1, -1));
  });

  test('give the tokens that generation draws, with any other option', () => {
    const model = livelyModel(9);
    for (const options of [
      { repetitionPenalty: 1.8, repetitionWindow: 5 },
      { repetitionPenalty: 0.6, topP: 0.8, temperature: 1.5 },
      { repetitionPenalty: 3, repetitionWindow: 2, topK: 4, minP: 0.05, typical: 0.9, banned: [3] },
    ]) {
      const text = [3, 1, 4];
      const writer = new Writer(model, { ...options, prompt: [...text], random: new Random(5) });
      const random = new Random(5);
      for (let k = 0; k < 40; k++) {
        const id = sample(penalised(logitsAfter(model, text), text, options), random, options);
        expect(writeNext(model, [writer])).toEqual([id]);
        text.push(id);
      }
    }
  });

  test('are refused for what is no row, no text, or an option out of its range', () => {
    expect(() => penalised('no' as never, [])).toThrow('penalised: the logits');
    expect(() => penalised(scores, ['no'] as never)).toThrow('penalised: an id of the text');
    expect(() => penalised(scores, [], { repetitionPenalty: 0 })).toThrow('repetitionPenalty is 0');
  });
});
