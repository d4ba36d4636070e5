import type { Kind } from '../../kinds.ts';
import type { RecurrentConfig } from '../../models/config.ts';
import type { InitOptions } from '../../models/model-options.ts';
import type { Regularisation } from '../../models/regularisation.ts';
import type { TrainOptions } from '../../training/train.ts';

/** The command-line flag of a setting. */
export interface FlagText {
  /** The flag's name, without dashes. */
  readonly name: string;
  /** An earlier name that still works, without dashes. */
  readonly alias?: string;
  /** The placeholder of the value in the help, such as `N`. A boolean flag has none. */
  readonly value?: string;
  /** The help text. */
  readonly help: string;
}

/** Where the value of a setting is passed on: for each part, the name of its option. */
export interface Feeds {
  /** Option of the model config. */
  readonly config?: keyof RecurrentConfig;
  /** Option of the initialisation. */
  readonly init?: keyof InitOptions;
  /** Option of the regularisation. */
  readonly regularisation?: keyof Regularisation;
  /** Option of the optimizer. */
  readonly optimizer?: 'lr' | 'weightDecay' | 'momentum';
  /** Option of the schedule. */
  readonly schedule?: 'lr' | 'factor' | 'after';
  /** Option of `train`. */
  readonly train?: keyof TrainOptions;
}

/** A setting of a recipe: its values, defaults, flags and destination. */
export interface Setting<T = unknown> {
  /** The values that it accepts. */
  readonly kind: Kind<T>;
  /** The value in `defaultRecipe`. A setting without one may be missing from a recipe. */
  readonly default?: T;
  /** The default when no preset is given, if it differs from `default`. */
  readonly automatic?: T;
  /** Whether it is chosen automatically for the text, the machine and the time budget when no preset is given. */
  readonly chosen?: true;
  /** The default as the help shows it, where no value describes it. */
  readonly otherwise?: string;
  /** Exceptions to the default, for the help. */
  readonly except?: string;
  /** The flag that sets the value; sets true for a boolean. */
  readonly flag?: FlagText;
  /** The flag that sets false. */
  readonly opposite?: FlagText;
  /** The library options that it maps to. */
  readonly feeds?: Feeds;
}

/** One setting per member of a part of the recipe; a required member needs a default. */
export type Table<Part> = {
  readonly [Name in keyof Part]-?: Setting<Exclude<Part[Name], undefined>> &
    (undefined extends Part[Name] ? unknown : { readonly default: Part[Name] });
};
