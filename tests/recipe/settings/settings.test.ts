import { describe, expect, test } from 'vitest';
import { automatic } from '../../../src/recipe/automatic/automatic-recipe.ts';
import { candidateSizes } from '../../../src/recipe/automatic/candidate-sizes.ts';
import { defaultRecipe } from '../../../src/recipe/default-recipe.ts';
import { configOf, initOf, trainingOf } from '../../../src/recipe/model-of-recipe.ts';
import { presets } from '../../../src/recipe/presets.ts';
import { checkRecipe } from '../../../src/recipe/read-recipe.ts';
import type { Recipe } from '../../../src/recipe/recipe.ts';
import { AUTOMATIC_OPTIMIZER, adamSets } from '../../../src/recipe/settings/learning-sets.ts';
import { inOrder, optionsFor, settingList, settings } from '../../../src/recipe/settings/settings.ts';

test('the default recipe is the one that commit 110a40b wrote into model files, in that order', () => {
  expect(JSON.stringify(defaultRecipe)).toBe(
    '{"tokens":"word","vocabSize":4000,"maxTokens":null,"validFraction":0.1,"cell":"rnn","layers":1,"wordvec":100,' +
      '"hidden":100,"batch":20,"time":20,"streams":"cut","stateful":true,"optimizer":"sgd","momentum":null,' +
      '"weightDecay":0,"average":null,"lr":5,"schedule":"decay","lrDecay":0.5,"decayAfter":3,"warmup":0,"clip":0.25,' +
      '"epochs":5,"seed":1,"backend":"auto"}',
  );
  const changes = {
    tokens: 'auto',
    cell: 'lstm',
    initScale: 0.1,
    sampledSoftmax: 1500,
    optimizer: AUTOMATIC_OPTIMIZER,
  };
  expect(automatic).toEqual({ ...defaultRecipe, ...changes, ...adamSets.word });
});

test('every default, preset and candidate size is valid', () => {
  const recipes: Partial<Recipe>[] = [defaultRecipe, automatic, ...Object.values(presets)];
  for (const recipe of recipes) expect(() => checkRecipe(recipe)).not.toThrow();
  for (const { neededTokens: _, ...size } of candidateSizes('word', 1e9)) {
    expect(() => checkRecipe(size)).not.toThrow();
  }
});

test('no two settings share a flag', () => {
  const flags = settingList.flatMap(([, { flag, opposite }]) => [flag, opposite]);
  const names = flags.flatMap((flag) => (flag ? [flag.name] : []));
  expect(new Set(names).size).toBe(names.length);
  for (const [name, { flag, opposite }] of settingList) expect(flag ?? opposite, name).toBeDefined();
});

describe('a setting becomes an option', () => {
  const recipe: Recipe = {
    ...defaultRecipe,
    ...{ cell: 'lstm', tied: true, layers: 2, zoneoutCell: 0.5, forgetBias: 1, initScale: 0.2 },
    ...{ lockedDropout: true, dropout: 0.3, ar: 2, clip: null, epochs: 7, patience: 3, seed: 9 },
  };

  test('of the model, its config, start and regularisation', () => {
    const sizes = { vocabSize: 11, embeddingSize: 100, hiddenSize: 100, layers: 2 };
    expect(configOf(recipe, 11)).toEqual({ cell: 'lstm', ...sizes, tied: true, zoneoutCell: 0.5 });
    expect(Object.keys(configOf({ ...recipe, tied: false }, 11))).not.toContain('tied');
    expect(initOf(recipe)).toEqual({ forgetBias: 1, scale: 0.2 });
    expect(initOf({ ...recipe, initScale: null })).toEqual({ forgetBias: 1 });
    expect(trainingOf(recipe)).toEqual({ dropout: 0.3, locked: true, ar: 2, maskSeed: 9 });
    expect(trainingOf({ ...recipe, sampledSoftmax: 5 }, [1])).toMatchObject({
      sampledSoftmax: { size: 5, counts: [1] },
    });
    const late = { ...recipe, sampledSoftmax: 5, fullSoftmaxFrom: 0.7 };
    expect(trainingOf(late).sampledSoftmax).toEqual({ size: 5 });
    expect(trainingOf(late, [1], 25).sampledSoftmax).toEqual({ size: 5, counts: [1], steps: 18 });
    expect(() => trainingOf({ ...late, sampledSoftmax: null })).toThrow(
      'fullSoftmaxFrom is 0.7 and there is no sampledSoftmax',
    );
  });

  test('of training, where null leaves the default', () => {
    expect(optionsFor('train', recipe)).toEqual({ stateful: true, epochs: 7, patience: 3 });
    expect(optionsFor('optimizer', recipe)).toEqual({ lr: 5, weightDecay: 0 });
    expect(optionsFor('optimizer', { ...recipe, momentum: 0.5 })).toMatchObject({ momentum: 0.5 });
    expect(optionsFor('schedule', recipe)).toEqual({ lr: 5, factor: 0.5, after: 3 });
  });
});

test('every setting has its kind and its flag', () => {
  for (const [name, { kind, flag }] of settingList) {
    expect(kind.needs, name).not.toBe('');
    if (kind.form === 'boolean') expect(flag?.value, name).toBeUndefined();
    else expect(flag?.value, name).toBeDefined();
  }
  expect(Object.keys(settings)).toHaveLength(settingList.length);
});

test('a recipe has one order, however its settings were given, with unknown ones at the end', () => {
  const entries = Object.entries({ ...defaultRecipe, tied: false, maxSteps: 9, planned: '20:4' });
  const reversed = Object.fromEntries([...entries].reverse().concat([['ofAnotherVersion', 1]])) as Recipe;
  const names = settingList.map(([name]) => name as string);
  const given = names.filter((name) => name in reversed);
  expect(Object.keys(inOrder(reversed))).toEqual([...given, 'ofAnotherVersion']);
  expect(inOrder(reversed)).toEqual(reversed);
});
