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

test('speed is measured after a warm-up, and the trial ends after a second', async () => {
  // Two looks a step: a step takes 100 ms.
  const { now, looks } = clock(50);
  const speed = await trialSpeed({ recipe, config }, new ReferenceBackend(), now);
  const tokensPerStep = recipe.batch * recipe.time;
  expect(speed).toBeGreaterThan(0.5 * tokensPerStep * 10);
  expect(speed).toBeLessThan(1.5 * tokensPerStep * 10);
  expect(looks()).toBeLessThan(40);
});

test('a single step is enough if it takes longer than the trial', async () => {
  const { now, looks } = clock(10_000);
  expect(await trialSpeed({ recipe, config }, new ReferenceBackend(), now)).toBeGreaterThan(0);
  expect(looks()).toBeLessThan(6);
});
