import { expect, test } from 'vitest';
import { ReferenceBackend } from '../../../src/backends/reference/reference.ts';
import { trialSpeed } from '../../../src/recipe/automatic/trial.ts';
import { configOf } from '../../../src/recipe/model-of-recipe.ts';
import { smallRecipe } from '../../support/small-plan.ts';

const recipe = { ...smallRecipe, hidden: 2, wordvec: 2, batch: 2, time: 3 };
const config = configOf(recipe, 5);

/** A clock on which each look takes so long. */
function clock(milliseconds: number) {
  let looks = 0;
  const now = () => milliseconds * looks++;
  return { now, looks: () => looks };
}

/** A clock on which each look takes `factor` times as long as the one before, but at least `least`. */
function accelerating(first: number, factor: number, least: number): () => number {
  let [time, took] = [0, first / factor];
  return () => {
    took = Math.max(least, took * factor);
    time += took;
    return time;
  };
}

test('a trial at a steady speed ends after a second', async () => {
  // One look a step: a step takes 100 ms.
  const { now, looks } = clock(100);
  const speed = await trialSpeed({ recipe, config }, new ReferenceBackend(), now);
  const tokensPerStep = recipe.batch * recipe.time;
  expect(speed).toBeGreaterThan(0.5 * tokensPerStep * 10);
  expect(speed).toBeLessThan(1.5 * tokensPerStep * 10);
  expect(looks()).toBeLessThan(20);
});

test('a speed that rises is measured until it has risen, within bounds', async () => {
  const tokensPerStep = recipe.batch * recipe.time;
  // Each step is faster than the one before, down to 10 ms.
  const rising = accelerating(100, 0.95, 10);
  expect(await trialSpeed({ recipe, config }, new ReferenceBackend(), rising)).toBeCloseTo(
    tokensPerStep * 100,
    -1,
  );
  let time = 0;
  const endless = accelerating(400, 0.98, 1);
  const now = () => {
    time = endless();
    return time;
  };
  await trialSpeed({ recipe, config }, new ReferenceBackend(), now);
  expect(time).toBeLessThan(5000);
});

test('a single step is enough if it takes longer than the trial', async () => {
  const { now, looks } = clock(10_000);
  expect(await trialSpeed({ recipe, config }, new ReferenceBackend(), now)).toBeGreaterThan(0);
  expect(looks()).toBeLessThan(6);
});
