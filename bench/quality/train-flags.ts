import { recipes } from '../../recipes/catalog.ts';
import { parseArguments } from '../../src/cli/arguments/parse.ts';
import { readRecipeFlags, recipeFlags } from '../../src/cli/arguments/recipe-flags.ts';
import { positiveNumber, text } from '../../src/cli/arguments/value-types.ts';
import type { Command } from '../../src/cli/command.ts';
import type { Recipe } from '../../src/recipe/recipe.ts';

/** What flags of `unrolled train` ask for. */
export interface TrainFlags {
  readonly given: Partial<Recipe>;
  readonly preset?: string;
  readonly minutes?: number;
}

/** The flags of settings, and those of the automatic choice. */
const command: Command = {
  name: 'train',
  summary: '',
  operands: { usage: '', min: 0, max: 0 },
  examples: [],
  options: {
    ...recipeFlags('tokens', 'backend'),
    preset: { value: 'NAME', type: text, help: '' },
    minutes: { value: 'M', type: positiveNumber, help: '' },
  },
  inputs: () => [],
  run: () => Promise.resolve(0),
};

/** The flags of `unrolled train` that a name of recipes/catalog.ts or the flags themselves stand for. */
export function flagsOf(recipe: string): string {
  return Object.hasOwn(recipes, recipe) ? recipes[recipe].flags : recipe;
}

/** Reads flags of `unrolled train` about the recipe; later ones override. @throws for any other flag */
export function parseTrainFlags(flags: string): TrainFlags {
  const { values } = parseArguments(
    command,
    flags.split(/\s+/).filter((word) => word !== ''),
  );
  const { preset, minutes } = values as unknown as Pick<TrainFlags, 'preset' | 'minutes'>;
  return {
    given: readRecipeFlags(values),
    ...(preset !== undefined && { preset }),
    ...(minutes !== undefined && { minutes }),
  };
}
