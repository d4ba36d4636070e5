import type { Recipe } from '../../recipe.ts';

/** Share of the steps in which the learning rate of a scaled batch is reached. */
const WARM_UP_SHARE = 0.05;

/** How the batch was scaled with the number of processes. */
export interface ScaledBatch {
  readonly processes: number;
  /** The values before. */
  readonly batch: number;
  readonly lr: number;
}

/**
 * The recipe with R times the batch, so that each process has as much work as one had alone. The gradient of R times as many targets has
 * 1/√R of the noise: the learning rate is multiplied by √R (Krizhevsky 2014, "One weird trick"; for Adam, Malladi et al. 2022, "On the
 * SDEs and Scaling Rules for Adaptive Gradient Algorithms"), after a linear warm-up in at least a twentieth of the steps.
 * @param tokens length of the training text
 */
export function scaleBatch(recipe: Recipe, processes: number, tokens: number): Recipe {
  const batch = recipe.batch * processes;
  const stepsPerEpoch = Math.floor((tokens - 1) / (batch * recipe.time));
  const steps = recipe.maxSteps ?? recipe.epochs * stepsPerEpoch;
  const warmup = Math.max(recipe.warmup, Math.ceil(WARM_UP_SHARE * steps));
  return { ...recipe, batch, lr: recipe.lr * Math.sqrt(processes), warmup };
}
