import { expect, test } from 'vitest';
import { openBackend } from '../../../../src/backends/open.ts';
import { automatic } from '../../../../src/recipe/automatic/automatic-recipe.ts';
import { trainRequest } from '../../../../src/recipe/automatic/train-request.ts';
import { defaultRecipe } from '../../../../src/recipe/default-recipe.ts';
import { planTogether } from '../../../../src/recipe/run/parallel/plan-together.ts';
import { scaleBatch } from '../../../../src/recipe/run/parallel/scale-batch.ts';
import { sourceText } from '../../../../src/recipe/text/source-text.ts';
import { localGroups } from '../../../support/local-groups.ts';
import { pseudoText } from '../../../support/pseudo-text.ts';

test('four processes get four times the batch and twice the learning rate, after a twentieth of the steps', () => {
  const recipe = { ...defaultRecipe, batch: 5, time: 10, epochs: 4, lr: 3, warmup: 0 };
  // 10,001 tokens are 50 blocks of 20 streams and 10 steps.
  expect(scaleBatch(recipe, 4, 10_001)).toEqual({ ...recipe, batch: 20, lr: 6, warmup: 10 });
});

test('a longer warm-up is kept, and a given number of steps counts', () => {
  const recipe = { ...defaultRecipe, batch: 5, time: 10, lr: 3, warmup: 70 };
  expect(scaleBatch({ ...recipe, maxSteps: 1000 }, 4, 10_001)).toMatchObject({ warmup: 70 });
  expect(scaleBatch({ ...recipe, maxSteps: 2000 }, 4, 10_001)).toMatchObject({ warmup: 100 });
});

test('all processes plan with the scaled batch of rank 0, and with the same weights', async () => {
  const text = await sourceText(pseudoText(1, 2000, 50), 'text');
  const texts = { train: [text], valid: null, test: null };
  const sizes = { hidden: 8, embedding: 8, batch: 4, time: 10, epochs: 1 };
  const request = trainRequest({ ...sizes, tokens: 'word', backend: 'reference' }, {});
  const options = { out: 'model', openBackend: () => openBackend('reference'), scaleBatch: true };
  const plans = await Promise.all(
    localGroups(2).map((group) => planTogether(request, texts, { ...options, group })),
  );
  const { lr, optimizer } = automatic;
  for (const plan of plans) expect(plan.recipe).toMatchObject({ batch: 8, optimizer, lr: lr * Math.SQRT2 });
  const weights = plans.map(({ model }) => model.params.map(({ value }) => [...value.values()]));
  expect(weights[1]).toEqual(weights[0]);
  expect(plans[0].scaled).toEqual({ processes: 2, batch: 4, lr });
});
