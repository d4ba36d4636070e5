import { fromText } from '../../kinds.ts';
import type { Recipe } from '../recipe.ts';
import { machineSettings } from './machine-settings.ts';
import { modelSettings } from './model-settings.ts';
import type { Feeds, Setting, Table } from './setting.ts';
import { textSettings } from './text-settings.ts';
import { trainingSettings } from './training-settings.ts';

/**
 * Every setting of a recipe, in the order of the help. Checks, defaults, flags, help texts and the options of model and
 * optimizer are derived from this table.
 */
export const settings: Table<Recipe> = {
  ...textSettings,
  ...modelSettings,
  ...trainingSettings,
  ...machineSettings,
};

/** The value of a setting that a text spells, as a flag or a form field gives it; undefined for any other text. */
export function parseSetting(name: keyof Recipe, text: string): unknown {
  return fromText<unknown>(settings[name].kind, text);
}

/** The settings with `clip` null for 0, since a limit of 0 means no clipping too. */
export function withoutZeroClip<T extends Partial<Recipe>>(given: T): T {
  return given.clip === 0 ? { ...given, clip: null } : given;
}

/** The entries of the table, in order. */
export const settingList: readonly (readonly [name: keyof Recipe, setting: Setting])[] = Object.entries(
  settings as Readonly<Record<string, Setting>>,
) as [keyof Recipe, Setting][];

/**
 * The settings of a recipe in the order of the table, then those unknown to this version: the bytes of a file don't depend on
 * the order in which settings were given, chosen and changed.
 */
export function inOrder<T extends Partial<Recipe>>(recipe: T): T {
  const known = settingList.flatMap(([name]) => (name in recipe ? [[name, recipe[name]]] : []));
  return { ...Object.fromEntries(known), ...recipe };
}

/** The values of one column of the table, by setting. */
export function defaultsOf(column: 'default' | 'automatic'): Partial<Recipe> {
  return Object.fromEntries(
    settingList.flatMap(([name, setting]) => (column in setting ? [[name, setting[column]]] : [])),
  );
}

/** The options that the recipe sets for one part, under the part's names. A null setting is left out, so the part's default applies. */
export function optionsFor(part: keyof Feeds, recipe: Recipe): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    settingList.flatMap(([name, { feeds }]) => {
      const option = feeds?.[part];
      return option !== undefined && recipe[name] != null ? [[option, recipe[name]]] : [];
    }),
  );
}
