import type { Kind } from '../../kinds.ts';
import type { RecurrentConfig } from '../../models/config.ts';
import type { InitOptions } from '../../models/model-options.ts';
import type { Regularisation } from '../../models/regularisation.ts';
import type { TrainOptions } from '../../training/train.ts';

/** How a command line spells a setting. */
export interface FlagText {
  /** The flag's name, without dashes. */
  readonly name: string;
  /** An earlier name that still works, without dashes. */
  readonly alias?: string;
  /** Placeholder for the value in help, such as `N`; none for a boolean flag. */
  readonly value?: string;
  /** The help text. */
  readonly help: string;
}

/** The library options that a setting maps to, by the part that takes them. */
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

/** The definition of one setting of a recipe. */
export interface Setting<T = unknown> {
  /** The values that it accepts. */
  readonly kind: Kind<T>;
  /** Its value in `defaultRecipe`; settings without one are optional in a recipe. */
  readonly default?: T;
  /** Its value without a preset, if different. */
  readonly automatic?: T;
  /** Whether its value without a preset is chosen automatically for the text, the machine and the time budget. */
  readonly chosen?: true;
  /** The default as shown in help, for an optional setting or a null default. */
  readonly otherwise?: string;
  /** An exception to the default, as shown in help. */
  readonly except?: string;
  /** The flag that sets it; for a boolean setting, to true. */
  readonly flag?: FlagText;
  /** The flag that sets a boolean setting to false. */
  readonly opposite?: FlagText;
  /** The library options that it maps to. */
  readonly feeds?: Feeds;
}

/** A definition for each setting of a part of a recipe; a required setting needs a default. */
export type Table<Part> = {
  readonly [Name in keyof Part]-?: Setting<Exclude<Part[Name], undefined>> &
    (undefined extends Part[Name] ? unknown : { readonly default: Part[Name] });
};
