import { describe, expect, test } from 'vitest';
import { cosine, oneCycle } from '../../src/training/schedules/cosine.ts';
import { Pace, paced } from '../../src/training/schedules/pace.ts';
import type { Schedule } from '../../src/training/schedules/schedule.ts';

const rates = (schedule: Schedule, steps: number) =>
  Array.from({ length: steps }, (_, i) => schedule.rate({ epoch: 1, step: i + 1 }));

describe.each([
  ['cosine', cosine({ lr: 2, steps: 100 })],
  ['one-cycle', oneCycle({ lr: 2, steps: 100 })],
])('a paced schedule, %s', (_, schedule) => {
  test('has the same bits as the schedule while the length does not change, also at fractions of a step', () => {
    const same = paced(schedule, new Pace(100));
    expect(rates(same, 120)).toEqual(rates(schedule, 120));
    const point = { epoch: 2, step: 1 + 1 / 3 };
    expect(same.rate(point)).toBe(schedule.rate(point));
  });

  test.each([
    [[[10, 150]]],
    [[[10, 30]]],
    [
      [
        [10, 200],
        [50, 80],
        [70, 75],
      ],
    ],
  ] as const)('ends with its last rate at the new end, without a jump: %j', (changes) => {
    const pace = new Pace(100);
    const followed = paced(schedule, pace);
    const before = rates(followed, 10);
    for (const [at, steps] of changes) pace.change(at, steps);
    const end = changes.at(-1)?.[1] as number;
    const all = rates(followed, end);
    expect(all.slice(0, 10)).toEqual(before);
    const next = followed.rate({ epoch: 1, step: end + 1 });
    expect(next).toBeCloseTo(schedule.rate({ epoch: 1, step: 101 }), 12);
    // The steepest part of both schedules, compressed to the shortest rest.
    const steepest = Math.max(...changes.map(([at, steps]) => (100 - at) / (steps - at)), 1);
    const slope = Math.max(...jumps(rates(schedule, 101)));
    expect(Math.max(...jumps([...all, next]))).toBeLessThan(2 * steepest * slope);
  });

  test('does not depend on when the changes are known, only on the steps at which they apply', () => {
    const [early, late] = [new Pace(100), new Pace(100)];
    early.change(20, 150);
    early.change(60, 90);
    const seen: number[] = [];
    for (let step = 1; step <= 90; step++) {
      seen.push(paced(schedule, late).rate({ epoch: 1, step }));
      if (step === 20) late.change(20, 150);
      if (step === 60) late.change(60, 90);
    }
    expect(seen).toEqual(rates(paced(schedule, early), 90));
  });
});

test('a run that ends at once keeps the rate that it has reached', () => {
  const pace = new Pace(100);
  pace.change(40, 40);
  const schedule = paced(cosine({ lr: 1, steps: 100 }), pace);
  expect(pace.steps).toBe(40);
  expect(schedule.rate({ epoch: 1, step: 41 })).toBe(
    cosine({ lr: 1, steps: 100 }).rate({ epoch: 1, step: 41 }),
  );
});

function jumps(values: readonly number[]): number[] {
  return values.slice(1).map((value, i) => Math.abs(value - values[i]));
}
