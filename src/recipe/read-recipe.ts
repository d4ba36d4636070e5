import { UnrolledError } from '../errors.ts';
import { type Kind, shown } from '../kinds.ts';
import { defaultRecipe } from './default-recipe.ts';
import { OptionError } from './option-error.ts';
import type { Recipe } from './recipe.ts';
import type { Setting } from './settings/setting.ts';
import { settingList } from './settings/settings.ts';

/**
 * The recipe in a model file or checkpoint. Settings that it doesn't have get their default; those that this version
 * doesn't know are kept.
 * @throws UnrolledError for a value that its setting doesn't take
 */
export function readRecipe(json: unknown, file: string): Recipe {
  const recipe: Recipe = { ...defaultRecipe, ...Object(json) };
  const [name, { kind }] = wrongIn(recipe) ?? [null, {}];
  if (name === null || kind === undefined) return recipe;
  throw new UnrolledError(
    kind.choices ? 'file-version' : 'file-damaged',
    `${file}: the recipe's ${name} is ${shown(recipe[name])}; it must be ${needsOf(kind)}. ` +
      (kind.choices ? 'Use the unrolled that wrote the file.' : 'Use another copy.'),
  );
}

/** Throws UnrolledError for a value that its setting doesn't take. */
export function checkRecipe(recipe: Partial<Recipe>): void {
  const wrong = wrongIn(recipe);
  if (!wrong) return;
  const [name, { kind }] = wrong;
  throw new OptionError(
    'option-value',
    (nameOf) => `${nameOf(name)} is ${shown(recipe[name])}; it must be ${needsOf(kind)}.`,
  );
}

/** What a value must be; flags spell null as a word. */
function needsOf({ needs, nullWord }: Kind): string {
  return nullWord === undefined ? needs : needs.replace(new RegExp(`${nullWord}$`), 'null');
}

/** What isn't set is never wrong. */
function wrongIn(recipe: Partial<Recipe>): readonly [keyof Recipe, Setting] | undefined {
  return settingList.find(([name, { kind }]) => recipe[name] !== undefined && !kind.accepts(recipe[name]));
}
