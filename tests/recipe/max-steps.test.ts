import { expect, test } from 'vitest';
import { trainText } from '../../src/api/train-text.ts';
import { trainRequest } from '../../src/recipe/automatic/train-request.ts';
import { scheduleNames } from '../../src/recipe/recipe.ts';
import { cosine } from '../../src/training/schedules/cosine.ts';
import { pseudoText } from '../support/pseudo-text.ts';
import { planSmall, smallRecipe } from '../support/small-plan.ts';

test('with maxSteps the schedule ends at the last step, and the recipe has the epochs that are started', async () => {
  const { schedule, recipe, batches } = await planSmall({ maxSteps: 40 });
  expect(batches.stepsPerEpoch).toBe(17);
  expect(recipe).toMatchObject({ maxSteps: 40, epochs: 3 });
  const expected = cosine({ lr: recipe.lr, steps: 40 });
  for (const step of [1, 20, 40]) {
    const moment = { epoch: Math.ceil(step / 17), step };
    expect(schedule.rate(moment)).toBe(expected.rate(moment));
  }
});

test('a run of one step has a rate with every schedule', async () => {
  for (const schedule of scheduleNames.filter((name) => name !== 'plateau')) {
    const { schedule: planned, pace } = await planSmall({ schedule, maxSteps: 1 });
    expect(pace.steps).toBe(1);
    expect(planned.rate({ epoch: 1, step: 1 }), schedule).toBeGreaterThan(0.5 * smallRecipe.lr);
  }
});

test('trainText takes maxSteps in place of epochs and minutes', async () => {
  const sizes = { hidden: 6, wordvec: 6, batch: 4, time: 5, backend: 'reference' } as const;
  const model = await trainText(pseudoText(1, 400, 12), { ...sizes, maxSteps: 3 });
  expect(model.results).toMatchObject({ step: 3 });
  expect(model.recipe).toMatchObject({ maxSteps: 3 });
  model.model.backend.close();
  for (const other of [{ epochs: 2 }, { minutes: 1 }]) {
    await expect(trainText('a b c d', { ...sizes, maxSteps: 3, ...other })).rejects.toMatchObject({
      code: 'option-conflict',
      message: expect.stringMatching(
        /^recipe: got maxSteps and (epochs|minutes); both set the length of training/,
      ),
    });
  }
});

test('maxSteps replaces the epochs of a preset', () => {
  const { recipe, open } = trainRequest({ maxSteps: 9 }, { preset: 'rnnlm' });
  expect({ recipe, open }).toMatchObject({ recipe: { maxSteps: 9 }, open: 'nothing' });
});
