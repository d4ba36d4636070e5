import type { Batches } from '../../data/batches/batches.ts';
import type { WeightAverage } from '../averages/weight-average.ts';
import type { Optimizer } from '../optimizers/optimizer.ts';
import type { Run } from '../run.ts';
import type { TrainableModel } from '../trainable-model.ts';
import type { Step } from './meter.ts';

/** Takes the steps of a run, and tells when it stops or saves: alone, or together with other processes. */
export interface StepTaker {
  /** One step: forward pass, backward pass, clipping, update. */
  take(run: Run): Promise<Step>;
  /** Whether the run was asked to stop. */
  isStopped(): boolean;
  /** Whether a checkpoint is due. */
  isCheckpointDue(run: Run): boolean;
  /** The share of the time in steps in which this process waited for others; null if there are none. */
  readonly communicationShare: number | null;
}

/** The options of `train` that a step uses. */
export interface StepOptions {
  readonly batches: Batches;
  readonly optimizer: Optimizer;
  readonly average?: WeightAverage;
  readonly stateful?: boolean;
  readonly signal?: AbortSignal;
  readonly notice?: (line: string) => void;
}

/** Resets the carried state where the run does not continue it. */
export function beginStep(run: Run, model: TrainableModel, { batches, stateful = true }: StepOptions): void {
  if (!stateful || (batches.restartsEachEpoch && run.meter.time === 0)) model.resetState();
}

/** The results of a block's forward and backward pass. */
interface BlockResult {
  /** The mean loss, in nats. */
  readonly loss: number;
  /** The length of the block. */
  readonly T: number;
  /** The squared norm of the gradients; undefined without clipping. */
  readonly square: number | undefined;
}

/** Checks loss and norm, and updates weights and average. @throws Divergence unless both are finite */
export function finishStep(
  run: Run,
  model: TrainableModel,
  { batches, optimizer, average }: StepOptions,
  { loss, T, square }: BlockResult,
): Step {
  run.acceptLoss(loss);
  const gradientNorm = square === undefined ? null : Math.sqrt(square);
  run.checkFinite(`the norm of the gradients of step ${run.step} (epoch ${run.epoch})`, gradientNorm ?? 0);
  const [lr, rate] = [optimizer.lr, run.rate];
  optimizer.lr = rate * (T / batches.T);
  optimizer.update(model.params);
  optimizer.lr = lr;
  average?.update(model.params);
  return { loss, T, gradientNorm, lr: rate };
}
