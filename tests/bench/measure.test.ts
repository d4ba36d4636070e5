import { describe, expect, test } from 'vitest';
import { median, summarise, timeSteps } from '../../bench/measure.ts';

test('the median is the middle value, or the mean of the middle two, in any order', () => {
  expect(median([10, 9, 1])).toBe(9);
  expect(median([4, 100, 1, 2])).toBe(3);
});

test('a summary is in units per second, round by round', () => {
  const samples = [
    { steps: 10, seconds: 2 },
    { steps: 1, seconds: 1 },
    { steps: 9, seconds: 3 },
  ];
  expect(summarise(samples, 50)).toEqual({ median: 150, min: 50, max: 250, rounds: 3 });
});

describe('timeSteps', () => {
  test('takes at least one step', async () => {
    let taken = 0;
    expect((await timeSteps(() => taken++, 0)).steps).toBe(1);
    expect(taken).toBe(1);
  });

  test('continues until the time is up', async () => {
    let taken = 0;
    const { steps, seconds } = await timeSteps(() => taken++, 0.005);
    expect(steps).toBe(taken);
    expect(steps).toBeGreaterThan(1);
    expect(seconds).toBeGreaterThanOrEqual(0.005);
  });

  test('waits for a step that returns a promise', async () => {
    let finished = 0;
    const step = async () => {
      await new Promise(setImmediate);
      finished++;
    };
    const { steps } = await timeSteps(step, 0);
    expect({ steps, finished }).toEqual({ steps: 1, finished: 1 });
  });
});
