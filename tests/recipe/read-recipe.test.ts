import { describe, expect, test } from 'vitest';
import { defaultRecipe } from '../../src/recipe/default-recipe.ts';
import { checkRecipe, readRecipe } from '../../src/recipe/read-recipe.ts';

describe('a recipe from outside', () => {
  test('gets defaults for missing settings, and keeps unknown ones', () => {
    expect(readRecipe({ hidden: 7, later: [1] }, 'f')).toEqual({ ...defaultRecipe, hidden: 7, later: [1] });
    expect(readRecipe(null, 'f')).toEqual(defaultRecipe);
  });

  test.each([
    [{ optimizer: 'lion' }, 'file-version', 'f: the recipe\'s optimizer is "lion"; it must be one of sgd, '],
    [
      { hidden: 0 },
      'file-damaged',
      "f: the recipe's hidden is 0; it must be a positive integer. Use another copy.",
    ],
    [{ tied: 'yes' }, 'file-damaged', 'f: the recipe\'s tied is "yes"; it must be true or false.'],
    [{ lr: null }, 'file-damaged', "f: the recipe's lr is null; it must be a positive number."],
  ] as const)('%j is refused', (json, code, message) => {
    expect(() => readRecipe(json, 'f')).toThrow(expect.objectContaining({ code }));
    expect(() => readRecipe(json, 'f')).toThrow(message);
  });

  test('as options, is refused with the name of the option', () => {
    expect(() => checkRecipe({ dropout: 1 })).toThrow(
      /^recipe: dropout is 1; it must be a number from 0 to below 1\.$/,
    );
    // A flag's word for null is no value of the option.
    expect(() => checkRecipe({ vocabSize: 'all' as unknown as null })).toThrow(
      /^recipe: vocabSize is "all"; it must be a positive integer, or null\.$/,
    );
    expect(() => checkRecipe({ epochs: Number.NaN })).toThrow(
      /^recipe: epochs is NaN; it must be a positive integer\.$/,
    );
    expect(() => checkRecipe({ ...defaultRecipe, clip: null, sampledSoftmax: null })).not.toThrow();
  });
});
