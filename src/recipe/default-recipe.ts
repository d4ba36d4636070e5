import type { OptimizerName, Recipe, ScheduleName } from './recipe.ts';
import { defaultsOf } from './settings/settings.ts';

/** The default recipe, which presets modify: the chapter's settings. Without a preset, settings are chosen for the text. */
export const defaultRecipe: Recipe = defaultsOf('default') as Recipe;

interface Learning {
  readonly optimizer?: OptimizerName | undefined;
  readonly schedule?: ScheduleName | undefined;
}

/** The defaults that depend on the optimizer or the schedule, such as its learning rate. */
export function learningDefaults({ optimizer, schedule }: Learning): Partial<Recipe> {
  return { ...(optimizer && optimizerDefaults[optimizer]), ...(schedule && scheduleDefaults[schedule]) };
}

/** Learning rate per optimizer, and the weight decay of adamw. */
const optimizerDefaults: Readonly<Record<OptimizerName, Partial<Recipe>>> = {
  sgd: {},
  momentum: { lr: 0.5 },
  nesterov: { lr: 0.5 },
  adagrad: { lr: 0.01 },
  rmsprop: { lr: 0.01 },
  adam: { lr: 0.001 },
  adamw: { lr: 0.001, weightDecay: 0.01 },
  muon: { lr: 0.02 },
};

/** Changes to the default recipe per schedule. */
const scheduleDefaults: Readonly<Partial<Record<ScheduleName, Partial<Recipe>>>> = {
  plateau: { lrDecay: 0.25 },
};
