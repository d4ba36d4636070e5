import type { Backend } from '../backends/backend.ts';
import { OptionError } from '../errors.ts';
import { EMA } from '../training/averages/ema.ts';
import { NTASGD } from '../training/averages/nt-asgd.ts';
import type { WeightAverage } from '../training/averages/weight-average.ts';
import { AdaGrad } from '../training/optimizers/adagrad.ts';
import { Adam, AdamW } from '../training/optimizers/adam.ts';
import { Momentum, Nesterov } from '../training/optimizers/momentum.ts';
import { Muon } from '../training/optimizers/muon.ts';
import type { Optimizer } from '../training/optimizers/optimizer.ts';
import { RMSprop } from '../training/optimizers/rmsprop.ts';
import { SGD } from '../training/optimizers/sgd.ts';
import { cosine, oneCycle } from '../training/schedules/cosine.ts';
import { constant, decayAfter, stepDecay } from '../training/schedules/decay.ts';
import { type Pace, paced } from '../training/schedules/pace.ts';
import { Plateau } from '../training/schedules/plateau.ts';
import type { Schedule } from '../training/schedules/schedule.ts';
import { warmUp } from '../training/schedules/warm-up.ts';
import { learningDefaults } from './default-recipe.ts';
import type { AverageName, OptimizerName, Recipe, ScheduleName } from './recipe.ts';
import { sgdSet } from './settings/learning-sets.ts';
import { optionsFor } from './settings/settings.ts';

type OptimizerOptions = { lr: number; weightDecay: number; momentum?: number };

const optimizers: Record<
  Exclude<OptimizerName, 'muon'>,
  (backend: Backend, options: OptimizerOptions) => Optimizer
> = {
  sgd: (backend, options) => new SGD(backend, options),
  momentum: (backend, options) => new Momentum(backend, options),
  nesterov: (backend, options) => new Nesterov(backend, options),
  adagrad: (backend, options) => new AdaGrad(backend, options),
  rmsprop: (backend, options) => new RMSprop(backend, options),
  adam: (backend, options) => new Adam(backend, options),
  adamw: (backend, options) => new AdamW(backend, options),
};

const averages: Record<AverageName, (backend: Backend) => WeightAverage> = {
  ema: (backend) => new EMA(backend),
  'nt-asgd': (backend) => new NTASGD(backend),
};

type ScheduleOptions = { lr: number; factor: number; after: number; steps: number };

const schedules: Record<ScheduleName, (options: ScheduleOptions) => Schedule> = {
  constant,
  decay: decayAfter,
  step: ({ lr, factor, after }) => stepDecay({ lr, factor, every: after }),
  plateau: ({ lr, factor }) => new Plateau({ lr, factor }),
  cosine: ({ lr, steps }) => cosine({ lr, steps }),
  // A cycle has at least two steps; a run of one has the first.
  'one-cycle': ({ lr, steps }) => oneCycle({ lr, steps: Math.max(2, steps) }),
};

/** Creates the recipe's optimizer. Throws UnrolledError for invalid settings. */
export function optimizerOf(recipe: Recipe, backend: Backend): Optimizer {
  const { optimizer, otherOptimizer, otherLr } = recipe;
  const options = optionsFor('optimizer', recipe) as OptimizerOptions;
  if (optimizer === 'muon') return new Muon(backend, { ...options, others: othersOf(recipe, backend) });
  if (otherOptimizer === undefined && otherLr === undefined) return optimizers[optimizer](backend, options);
  const name = otherOptimizer === undefined ? 'otherLr' : 'otherOptimizer';
  throw new OptionError(
    'option-conflict',
    (nameOf) =>
      `${nameOf(name)} is ${recipe[name]} and ${nameOf('optimizer')} is ${optimizer}; it needs muon, which leaves some ` +
      `parameters to another optimizer. Leave ${nameOf(name)} out, or use ${nameOf('optimizer')} muon.`,
  );
}

/** The optimizer of the parameters that Muon does not update. */
function othersOf(
  { otherOptimizer: name = 'sgd', otherLr, weightDecay }: Recipe,
  backend: Backend,
): Optimizer {
  const { lr = sgdSet.lr } = learningDefaults({ optimizer: name });
  return optimizers[name](backend, { lr: otherLr ?? lr, weightDecay });
}

/** Creates a weight average by its name. */
export function averageOf(name: AverageName, backend: Backend): WeightAverage {
  return averages[name](backend);
}

/** Creates the recipe's learning rate schedule, which follows the pace. Throws UnrolledError for invalid settings. */
export function scheduleOf(recipe: Recipe, pace: Pace): Schedule {
  const { warmup } = recipe;
  const options = optionsFor('schedule', recipe) as Omit<ScheduleOptions, 'steps'>;
  const schedule = paced(schedules[recipe.schedule]({ ...options, steps: pace.firstSteps }), pace);
  return warmup > 0 ? warmUp(schedule, warmup) : schedule;
}
