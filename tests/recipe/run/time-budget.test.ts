import { describe, expect, test } from 'vitest';
import {
  type BudgetLimits,
  type BudgetState,
  type NewLength,
  TimeBudget,
} from '../../../src/recipe/run/time-budget.ts';

/** A machine on which a step takes `stepSeconds` at each time, and an evaluation `evaluationSeconds`. */
interface Machine {
  readonly stepSeconds: (seconds: number) => number;
  readonly evaluationSeconds?: (seconds: number) => number;
}

const limits: BudgetLimits = { stepsPerEpoch: 1000, maxSteps: 40_000, evaluationFraction: 0.03 };
/** Two minutes. */
const TOTAL = 120;

/** Runs a plan to its end on a machine. The budget is saved and restored after the steps in `stops`. */
function run(planned: number, machine: Machine, stops: readonly number[] = [], of: BudgetLimits = limits) {
  let [seconds, steps] = [0, planned];
  const changes: NewLength[] = [];
  const open = (state: BudgetState) => new TimeBudget(state, of, () => 1000 * seconds);
  let budget = open(TimeBudget.begin(TOTAL / 60));
  for (let step = 1; step <= steps; step++) {
    seconds += machine.stepSeconds(seconds);
    const change = budget.stepped(step, steps);
    if (change) {
      changes.push(change);
      steps = change.steps;
    }
    if (step % of.stepsPerEpoch === 0 || step >= steps) {
      seconds += machine.evaluationSeconds?.(seconds) ?? 0;
      budget.evaluated();
    }
    if (stops.includes(step)) budget = open(budget.save());
  }
  return { used: seconds / TOTAL, changes, steps };
}

/** A steady speed, at which 10,000 steps take the whole time. */
const steady: Machine = { stepSeconds: () => TOTAL / 10_000 };

describe('a steady machine', () => {
  test.each([10_000, 9_700, 5_000, 2_000, 1_000, 20_000, 40_000])(
    'a plan of %d steps ends within five percent of the time',
    (planned) => {
      const { used } = run(planned, steady);
      expect(used).toBeGreaterThan(0.95);
      expect(used).toBeLessThan(1.05);
    },
  );

  test('a plan that fits is kept', () => {
    expect(run(9_700, steady).changes).toEqual([]);
  });

  test.each([
    [20_000, 0.1],
    [5_000, 0.05],
    [100, 0.001],
  ])('a plan of %d steps is changed once, after a tenth of the time or of the plan', (planned, at) => {
    const { changes } = run(planned, steady);
    expect(changes.map(({ seconds }) => seconds / TOTAL)).toEqual([expect.closeTo(at, 3)]);
    expect(changes[0].secondsPerStep).toBeCloseTo(TOTAL / 10_000, 9);
  });

  test('ends with a whole epoch where one ends close by', () => {
    const stepsOf = (fitting: number) => {
      const machine = { stepSeconds: () => TOTAL / fitting };
      return run(5_000, machine, [], { ...limits, evaluationFraction: 0 }).steps;
    };
    expect(stepsOf(9_900)).toBe(10_000);
    expect(stepsOf(9_100)).toBe(9_000);
    expect(stepsOf(9_500) % 1000).not.toBe(0);
  });

  test('counts evaluations, also before the first is measured', () => {
    for (const share of [0, 0.05, 0.2]) {
      const evaluationSeconds = () => share * 1000 * (TOTAL / 10_000);
      const { used } = run(5_000, { ...steady, evaluationSeconds });
      expect(used).toBeGreaterThan(0.92);
      expect(used).toBeLessThan(1.06);
    }
  });

  test('never exceeds the maximum number of steps', () => {
    const { steps, used } = run(3_000, { stepSeconds: () => TOTAL / 100_000 });
    expect(steps).toBe(40_000);
    expect(used).toBeLessThan(0.5);
  });
});

describe('a machine that changes', () => {
  test('all the time by less than a fifth needs few changes, and ends close to the time', () => {
    for (const period of [3, 7, 20, 60]) {
      const stepSeconds = (at: number) =>
        (1 + 0.15 * Math.sin((2 * Math.PI * at) / period)) * (TOTAL / 10_000);
      const { used, changes } = run(8_000, { stepSeconds });
      expect(changes.length, `${period} s`).toBeLessThanOrEqual(3);
      expect(used).toBeGreaterThan(0.92);
      expect(used).toBeLessThan(1.08);
    }
  });

  test('and is faster than in its first tenth still uses the time', () => {
    for (const factor of [1.05, 1.1, 1.2, 1.4, 2, 4]) {
      const stepSeconds = (at: number) => (at < 0.1 * TOTAL ? factor : 1) * (TOTAL / 10_000);
      const { used } = run(5_000, { stepSeconds });
      expect(used, `${factor}`).toBeGreaterThan(0.92);
      expect(used, `${factor}`).toBeLessThan(1.08);
    }
  });

  const moments = Array.from({ length: 60 }, (_, i) => i / 60);

  test.each([1.5, 2, 5, 10])(
    'and becomes %d times as slow at any moment ends at most a fifth late',
    (factor) => {
      for (const moment of moments) {
        const stepSeconds = (at: number) => (at < moment * TOTAL ? 1 : factor) * (TOTAL / 10_000);
        const { used } = run(10_000, { stepSeconds });
        expect(used, `at ${moment}`).toBeLessThan(1.2);
        expect(used, `at ${moment}`).toBeGreaterThan(0.9);
      }
    },
  );

  test('and becomes faster uses the time', () => {
    const stepSeconds = (at: number) => (at < 0.5 * TOTAL ? 2 : 1) * (TOTAL / 10_000);
    expect(run(5_000, { stepSeconds }).used).toBeCloseTo(1, 1);
  });

  test('and stops being usable ends at once after a tenth too much', () => {
    // A step takes longer than what is left.
    const stepSeconds = (at: number) => (at < 0.95 * TOTAL ? TOTAL / 10_000 : 0.16 * TOTAL);
    const { used, changes, steps } = run(10_000, { stepSeconds });
    expect(used).toBeLessThan(1.3);
    expect(steps).toBeLessThan(9_510);
    expect(changes.at(-1)?.steps).toBe(steps);
  });
});

test('a budget that is saved and restored at any step plans the same', () => {
  const stepSeconds = (at: number) => (1 + Math.sin(at / 9) ** 2) * (TOTAL / 10_000);
  const machine = { stepSeconds, evaluationSeconds: () => 0.4 };
  const whole = run(5_000, machine);
  expect(whole.changes.length).toBeGreaterThan(1);
  const stopped = run(5_000, machine, [1, 500, 501, 1000, 3333]);
  const rounded = ({ changes }: typeof whole) =>
    changes.map(({ steps, seconds }) => [steps, Math.round(seconds * 1e6)]);
  expect(rounded(stopped)).toEqual(rounded(whole));
});

test('steps that are repeated after a rollback change no plan', () => {
  let seconds = 0;
  const budget = new TimeBudget(TimeBudget.begin(TOTAL / 60), limits, () => 1000 * seconds);
  const take = (step: number) => {
    seconds += 1;
    return budget.stepped(step, 100_000);
  };
  for (let step = 1; step <= 11; step++) expect(take(step)).toBeNull();
  for (let step = 5; step <= 11; step++) expect(take(step)).toBeNull();
  expect(take(12)).toMatchObject({ seconds: 19 });
});
