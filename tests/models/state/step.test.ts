import { describe, expect, test } from 'vitest';
import { configs, lstm, numbersOf, open, V } from './open-models.ts';

describe('a step refuses', () => {
  const model = open(lstm);
  const ids = (...numbers: number[]) => Int32Array.from(numbers);

  test('one state for two streams', () => {
    const [a, b] = [model.state(), model.state()];
    expect(() => model.step(ids(1, 2, 3), [a, b, a])).toThrow('the streams 0 and 2 share one state');
  });

  test('no state, and a state of another model', () => {
    expect(() => model.step(ids(), [])).toThrow('RecurrentLM: got no state');
    expect(() => model.step(ids(1), [open(configs[0]).state()])).toThrow('state 0 is from another model');
  });

  test('a number of ids that is not a multiple of the streams', () => {
    const states = [model.state(), model.state()];
    expect(() => model.step(ids(1, 2, 3), states)).toThrow('RecurrentLM: got 3 ids for 2 streams');
    expect(() => model.step(ids(), states)).toThrow('RecurrentLM: got 0 ids for 2 streams');
  });

  test('an id outside the vocabulary, and does not change any state', () => {
    const [a, b] = [model.state(), model.state()];
    model.step(ids(1, 2), [a, b]);
    const before = [numbersOf(a), numbersOf(b)];
    const carried = model.getState();
    expect(() => model.step(ids(1, V), [a, b])).toThrow(`the id ${V}; ids must be 0 to ${V - 1}`);
    expect([numbersOf(a), numbersOf(b)]).toEqual(before);
    expect(model.getState()).toEqual(carried);
  });
});
