import type { Recipe } from '../../recipe/recipe.ts';
import type { FlagText, Setting } from '../../recipe/settings/setting.ts';
import { settingList, settings } from '../../recipe/settings/settings.ts';
import type { Option, Options, Switch } from '../command.ts';
import { UsageError } from './usage-error.ts';
import { type ValidSource, validSource } from './valid-source.ts';
import { valueType } from './value-types.ts';

/** The default of what is chosen for the text, the machine and the time. */
const CHOSEN = 'chosen; see --minutes';

/** The flags of the settings from one to another, in the order of their table. */
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

/** As the help shows it. */
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

/** The settings that flags ask for. Throws UsageError for two flags that exclude each other. */
export function readRecipeFlags(values: Readonly<Record<string, unknown>>): Partial<Recipe> {
  const given = settingList.flatMap(([name, { flag, opposite }]) => {
    const [yes, no] = [flag && values[flag.name], opposite && values[opposite.name]];
    if (yes && no) throw excluding(`--${flag?.name}`, `--${opposite?.name}`);
    const value = no ? false : yes === false ? undefined : yes;
    return value === undefined ? [] : [[name, value]];
  });
  const { validFraction: valid, clip, ...recipe } = Object.fromEntries(given);
  return {
    ...recipe,
    ...(valid !== undefined && { validFraction: (valid as ValidSource).fraction }),
    ...(clip !== undefined && { clip: clip === 0 ? null : clip }),
  };
}

export function excluding(one: string, other: string, where: string = 'train'): UsageError {
  return new UsageError(`${where}: got ${one} and ${other}; one excludes the other. Leave one out.`);
}

/** `--forget-bias` for `forgetBias`; an option that is no setting of a recipe, such as `resume`, has a flag of its name. */
export function flagOf(option: string): string {
  if (option === 'verify') return '--no-verify';
  const setting: Setting | undefined = Object.hasOwn(settings, option)
    ? settings[option as keyof Recipe]
    : undefined;
  const { name } = setting?.flag ?? setting?.opposite ?? { name: option };
  return `--${name}`;
}
