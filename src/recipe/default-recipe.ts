import type { OptimizerName, Recipe, ScheduleName } from './recipe.ts';
import { defaultsOf } from './settings/settings.ts';

/** What a preset starts from: the chapter's settings. Without a preset they are chosen for the text. */
export const defaultRecipe: Recipe = defaultsOf('default') as Recipe;

interface Learning {
  readonly optimizer?: OptimizerName | undefined;
  readonly schedule?: ScheduleName | undefined;
}

/** The defaults that depend on the optimizer or the schedule. */
export function learningDefaults({ optimizer, schedule }: Learning): Partial<Recipe> {
  return { ...(optimizer && optimizerDefaults[optimizer]), ...(schedule && scheduleDefaults[schedule]) };
}

/** An optimizer has a learning rate of its own, and adamw a weight decay. */
const optimizerDefaults: Readonly<Record<OptimizerName, Partial<Recipe>>> = {
  sgd: {},
  momentum: { lr: 0.5 },
  nesterov: { lr: 0.5 },
  adagrad: { lr: 0.01 },
  rmsprop: { lr: 0.01 },
  adam: { lr: 0.001 },
  adamw: { lr: 0.001, weightDecay: 0.01 },
};

/** What a schedule changes in the default recipe. */
const scheduleDefaults: Readonly<Partial<Record<ScheduleName, Partial<Recipe>>>> = {
  plateau: { lrDecay: 0.25 },
};
