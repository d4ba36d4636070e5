import type { Recipe } from '../recipe.ts';
import { machineSettings } from './machine-settings.ts';
import { modelSettings } from './model-settings.ts';
import type { Feeds, Setting, Table } from './setting.ts';
import { textSettings } from './text-settings.ts';
import { trainingSettings } from './training-settings.ts';

/**
 * All settings of a recipe, in the order of the command line's help. Checks, defaults, flags, help and the options of model
 * and optimizer are derived from this table.
 */
export const settings: Table<Recipe> = {
  ...textSettings,
  ...modelSettings,
  ...trainingSettings,
  ...machineSettings,
};

/** The settings as a list. */
export const settingList: readonly (readonly [name: keyof Recipe, setting: Setting])[] = Object.entries(
  settings as Readonly<Record<string, Setting>>,
) as [keyof Recipe, Setting][];

/** The values of one column of the table, by setting. */
export function defaultsOf(column: 'default' | 'automatic'): Partial<Recipe> {
  return Object.fromEntries(
    settingList.flatMap(([name, setting]) => (column in setting ? [[name, setting[column]]] : [])),
  );
}

/** The options of one part that a recipe sets, by option name; a null setting leaves the part's default. */
export function optionsFor(part: keyof Feeds, recipe: Recipe): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    settingList.flatMap(([name, { feeds }]) => {
      const option = feeds?.[part];
      return option !== undefined && recipe[name] != null ? [[option, recipe[name]]] : [];
    }),
  );
}
