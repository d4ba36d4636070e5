import { describe, expect, test } from 'vitest';
import { automaticRecipes, checkRate } from '../../../src/recipe/automatic/automatic-recipe.ts';
import { candidateSizes } from '../../../src/recipe/automatic/candidate-sizes.ts';
import { trainRequest } from '../../../src/recipe/automatic/train-request.ts';
import { defaultRecipe, learningDefaults } from '../../../src/recipe/default-recipe.ts';
import { presets } from '../../../src/recipe/presets.ts';
import { checkRecipe } from '../../../src/recipe/read-recipe.ts';
import type { Recipe } from '../../../src/recipe/recipe.ts';
import { AUTOMATIC_OPTIMIZER, adamSets } from '../../../src/recipe/settings/learning-sets.ts';

/** The automatic recipe of the smallest model for a long text. */
function recipeFor(asked: Partial<Recipe>, granularity: 'word' | 'character' = 'word'): Recipe {
  return automaticRecipes(asked, 1e7, granularity)[0].recipe;
}

describe('without an optimizer', () => {
  test.each(['word', 'character'] as const)('Adam is chosen, with the set for %s tokens', (granularity) => {
    const sizes = candidateSizes(granularity, 1e7);
    for (const [i, { recipe }] of automaticRecipes({}, 1e7, granularity).entries()) {
      const { lr = adamSets[granularity].lr, cell } = sizes[i];
      expect(recipe).toMatchObject({ optimizer: AUTOMATIC_OPTIMIZER, ...adamSets[granularity], cell, lr });
      expect(() => checkRecipe(recipe)).not.toThrow();
    }
  });

  test('only embeddings and biases of words and pieces are computed from the text', () => {
    expect(recipeFor({})).toMatchObject({ outputBias: 'unigram', initEmbedding: 'cooccurrence' });
    const characters = recipeFor({}, 'character');
    expect([characters.outputBias, characters.initEmbedding]).toEqual([undefined, undefined]);
  });

  test('a short text is read in fewer streams, up to those of the set', () => {
    const batches = [0, 1e3, 1e4, 1e5, 1e7].map(
      (tokens) => automaticRecipes({}, tokens, 'character')[0].recipe.batch,
    );
    expect(batches).toEqual(batches.toSorted((a, b) => a - b));
    expect([batches[0], batches.at(-1)]).toEqual([1, adamSets.character.batch]);
    expect(automaticRecipes({ batch: 50 }, 10, 'word')[0].recipe.batch).toBe(50);
  });

  test('a decay of the rate selects the schedule decay', () => {
    for (const asked of [{ lrDecay: 0.9 }, { decayAfter: 2 }]) {
      expect(recipeFor(asked)).toMatchObject({ optimizer: AUTOMATIC_OPTIMIZER, schedule: 'decay', ...asked });
    }
    expect(recipeFor({ lrDecay: 0.9, schedule: 'step' })).toMatchObject({ schedule: 'step' });
    expect(recipeFor({ schedule: 'plateau' })).toMatchObject({ lrDecay: 0.25, lr: adamSets.word.lr });
  });
});

describe('with an optimizer', () => {
  test('adam is the automatic choice, and adamw is it with its weight decay', () => {
    for (const granularity of ['word', 'character'] as const) {
      const chosen = recipeFor({}, granularity);
      expect(recipeFor({ optimizer: 'adam' }, granularity)).toEqual(chosen);
      expect(recipeFor({ optimizer: 'adamw' }, granularity)).toEqual({
        ...chosen,
        optimizer: 'adamw',
        weightDecay: 0.01,
      });
    }
  });

  test('sgd has the rate, schedule, limit and block that suit it, and random initial weights', () => {
    const set = { lr: 30, schedule: 'cosine', clip: 0.25, time: 35, batch: 20 };
    for (const granularity of ['word', 'character'] as const) {
      const recipe = recipeFor({ optimizer: 'sgd' }, granularity);
      expect(recipe).toMatchObject({ optimizer: 'sgd', ...set });
      for (const name of ['outputBias', 'initEmbedding']) expect(recipe).not.toHaveProperty(name);
    }
  });

  test.each(['momentum', 'nesterov', 'adagrad', 'rmsprop', 'muon'] as const)(
    '%s has its own rate, and otherwise the set of sgd',
    (optimizer) => {
      const { lr } = learningDefaults({ optimizer });
      expect(recipeFor({ optimizer })).toEqual({ ...recipeFor({ optimizer: 'sgd' }), optimizer, lr });
    },
  );

  test('given settings replace those of its set', () => {
    const given = {
      lr: 0.5,
      schedule: 'constant',
      clip: null,
      batch: 3,
      time: 9,
      outputBias: 'zero',
    } as const;
    for (const optimizer of ['adam', 'sgd'] as const) {
      expect(recipeFor({ optimizer, ...given })).toMatchObject({ optimizer, ...given });
    }
  });
});

test('a rate of 1 or more needs an optimizer, since it would be far too high for Adam', () => {
  for (const lr of [1, 20, 1e300]) {
    expect(() => checkRate({ lr })).toThrow(
      `recipe: lr is ${lr}, a rate for sgd; adam, which is chosen without optimizer, needs one below 1, such as `,
    );
    for (const optimizer of ['sgd', 'adam'] as const)
      expect(() => checkRate({ lr, optimizer })).not.toThrow();
  }
  for (const given of [{}, { lr: 0.99 }]) expect(() => checkRate(given)).not.toThrow();
});

test.each(Object.entries(presets))(
  'the preset %s uses sgd and random weights as before',
  (preset, settings) => {
    const { recipe, open } = trainRequest({}, { preset });
    expect({ recipe, open }).toEqual({ recipe: { ...defaultRecipe, ...settings }, open: 'nothing' });
    expect(recipe).toMatchObject({ optimizer: 'sgd' });
    const adam = trainRequest({ optimizer: 'adam' }, { preset }).recipe;
    expect(adam).toEqual({ ...defaultRecipe, ...settings, optimizer: 'adam', lr: 0.001 });
  },
);
