import type { Kind } from '../../kinds.ts';
import type { RecurrentConfig } from '../../models/config.ts';
import type { InitOptions } from '../../models/model-options.ts';
import type { Regularisation } from '../../models/regularisation.ts';
import type { TrainOptions } from '../../training/train.ts';

/** How a command line spells a setting. */
export interface FlagText {
  /** Without dashes. */
  readonly name: string;
  /** An earlier name that still works, without dashes. */
  readonly alias?: string;
  /** What stands for the value: `N`. A flag of true or false has none. */
  readonly value?: string;
  readonly help: string;
}

/** What a setting becomes an option of, and the option's name there. */
export interface Feeds {
  readonly config?: keyof RecurrentConfig;
  readonly init?: keyof InitOptions;
  readonly regularisation?: keyof Regularisation;
  readonly optimizer?: 'lr' | 'weightDecay' | 'momentum';
  readonly schedule?: 'lr' | 'factor' | 'after';
  readonly train?: keyof TrainOptions;
}

/** All that is to say of one setting of a recipe. */
export interface Setting<T = unknown> {
  readonly kind: Kind<T>;
  /** Its value in `defaultRecipe`; a recipe may leave settings out that have none. */
  readonly default?: T;
  /** Its value without a preset, where that is another. */
  readonly automatic?: T;
  /** Whether its value without a preset is chosen for the text, the machine and the time. */
  readonly chosen?: true;
  /** The default in words, where a recipe leaves the setting out or null is no word. */
  readonly otherwise?: string;
  /** When the default is another one. */
  readonly except?: string;
  /** Gives it a value; for true or false, gives true. */
  readonly flag?: FlagText;
  /** Gives false. */
  readonly opposite?: FlagText;
  readonly feeds?: Feeds;
}

/** A setting for each member of a recipe's part; a member that is always there needs a default. */
export type Table<Part> = {
  readonly [Name in keyof Part]-?: Setting<Exclude<Part[Name], undefined>> &
    (undefined extends Part[Name] ? unknown : { readonly default: Part[Name] });
};
