import { OptionError, UnrolledError } from '../errors.ts';
import { type Kind, shown } from '../kinds.ts';
import { defaultRecipe } from './default-recipe.ts';
import type { Recipe } from './recipe.ts';
import type { Setting } from './settings/setting.ts';
import { settingList } from './settings/settings.ts';

/**
 * Reads the recipe of a model file or checkpoint. Missing settings get their defaults; settings unknown to this version are
 * kept.
 * @param file the file's name, for errors
 * @throws {UnrolledError} `file-version` or `file-damaged` for an invalid value
 */
export function readRecipe(json: unknown, file: string): Recipe {
  const recipe: Recipe = { ...defaultRecipe, ...Object(json) };
  const [name, { kind }] = wrongIn(recipe) ?? [null, {}];
  if (name === null || kind === undefined) return recipe;
  throw new UnrolledError(
    kind.choices ? 'file-version' : 'file-damaged',
    `${file}: the recipe's ${name} is ${shown(recipe[name])}; it must be ${needsOf(kind)}. ` +
      (kind.choices ? 'Use the version of unrolled that wrote the file.' : 'Use another copy.'),
  );
}

/** Checks the values of the settings. @throws {OptionError} `option-value` for an invalid value */
export function checkRecipe(recipe: Partial<Recipe>): void {
  const wrong = wrongIn(recipe);
  if (!wrong) return;
  const [name, { kind }] = wrong;
  throw new OptionError(
    'option-value',
    (nameOf) => `${nameOf(name)} is ${shown(recipe[name])}; it must be ${needsOf(kind)}.`,
  );
}

/** What a value must be, with null instead of the word that flags use for it. */
function needsOf({ needs, nullWord }: Kind): string {
  return nullWord === undefined ? needs : needs.replace(new RegExp(`${nullWord}$`), 'null');
}

/** The first invalid setting; settings that are not set are valid. */
function wrongIn(recipe: Partial<Recipe>): readonly [keyof Recipe, Setting] | undefined {
  return settingList.find(([name, { kind }]) => recipe[name] !== undefined && !kind.accepts(recipe[name]));
}
