import type { Recipe } from '../../recipe/recipe.ts';
import type { FlagText, Setting } from '../../recipe/settings/setting.ts';
import { settingList, settings } from '../../recipe/settings/settings.ts';
import type { Option, Options, Switch } from '../command.ts';
import { UsageError } from './usage-error.ts';
import { type ValidSource, validSource } from './valid-source.ts';
import { valueType } from './value-types.ts';

/** The default of a setting that is chosen for the text, the machine and the time budget. */
const CHOSEN = 'automatic, see --minutes';

/** The flags of the settings from `first` to `last`, in the order of the table. */
export function recipeFlags(first: keyof Recipe, last: keyof Recipe): Options {
  const names = settingList.map(([name]) => name);
  const part = settingList.slice(names.indexOf(first), names.indexOf(last) + 1);
  return Object.fromEntries(part.flatMap(([, setting]) => flagsOf(setting)));
}

function flagsOf(setting: Setting): [name: string, flag: Option | Switch][] {
  const flags = [setting.opposite, setting.flag].filter((flag) => flag !== undefined);
  return flags.map((flag) => [flag.name, optionOf(flag, setting)]);
}

function optionOf({ name, alias, value, help }: FlagText, setting: Setting): Option | Switch {
  if (value === undefined) return { help };
  const type = name === settings.validFraction.flag?.name ? validSource : valueType(setting.kind);
  return { value, help, type, otherwise: defaultOf(setting), ...(alias !== undefined && { alias }) };
}

/** The default as the help shows it. */
function defaultOf({
  kind,
  chosen,
  otherwise,
  except,
  default: preset,
  automatic = preset,
}: Setting): string {
  const value = chosen ? CHOSEN : (otherwise ?? automatic ?? kind.nullWord);
  return except === undefined ? `${value}` : `${value}; ${except}`;
}

/** The settings that the flags give. Throws UsageError for two flags that exclude each other. */
export function readRecipeFlags(values: Readonly<Record<string, unknown>>): Partial<Recipe> {
  const given = settingList.flatMap(([name, { flag, opposite }]) => {
    const [yes, no] = [flag && values[flag.name], opposite && values[opposite.name]];
    if (yes && no) throw conflictError(`--${flag?.name}`, `--${opposite?.name}`);
    const value = no ? false : yes === false ? undefined : yes;
    return value === undefined ? [] : [[name, value]];
  });
  const { validFraction: valid, ...recipe } = Object.fromEntries(given);
  return {
    ...recipe,
    ...(valid !== undefined && { validFraction: (valid as ValidSource).fraction }),
  };
}

export function conflictError(one: string, other: string, where: string = 'train'): UsageError {
  return new UsageError(`${where}: got ${one} and ${other}; they exclude each other. Leave one out.`);
}

/** The flag of an option: `--forget-bias` for `forgetBias`. An option that is not in the table, such as `resume`, has a flag of the same name. */
export function flagOf(option: string): string {
  if (option === 'verify') return '--no-verify';
  const setting: Setting | undefined = Object.hasOwn(settings, option)
    ? settings[option as keyof Recipe]
    : undefined;
  const { name } = setting?.flag ?? setting?.opposite ?? { name: option };
  return `--${name}`;
}
