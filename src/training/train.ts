import type { Batches } from '../data/batches/batches.ts';
import type { Corpus } from '../data/corpus.ts';
import type { Group } from '../distributed/group.ts';
import { single } from '../distributed/single.ts';
import { UnrolledError } from '../errors.ts';
import { checkCount, checkFunction, checkObject, checkSignal, wrongKind } from '../kinds.ts';
import { checkModel } from '../models/check-model.ts';
import { YieldTimer } from '../yield-timer.ts';
import type { WeightAverage } from './averages/weight-average.ts';
import { GradientClipper } from './clip.ts';
import { Divergence } from './divergence.ts';
import { evaluate } from './evaluation/evaluate.ts';
import { isInterruption } from './evaluation/interruption.ts';
import type { Optimizer } from './optimizers/optimizer.ts';
import { Run, type RunEvent } from './run.ts';
import { checkSchedule, type Schedule } from './schedules/schedule.ts';
import type { TrainingState } from './state/training-state.ts';
import { OwnSteps } from './step/own-steps.ts';
import { ParallelSteps } from './step/parallel-steps.ts';
import type { StepTaker } from './step/step-taker.ts';
import type { TrainableModel } from './trainable-model.ts';

/** Options of `train`. */
export interface TrainOptions {
  /** The training batches, such as `StreamBatches`. */
  batches: Batches;
  /** The optimizer, on the model's backend. */
  optimizer: Optimizer;
  /** Number of epochs. Required unless `maxSteps` is given, which then determines it. */
  epochs?: number;
  /**
   * Maximum number of optimizer steps. An epoch that it cuts short is still evaluated, but schedule and average don't receive
   * the result, so that a run resumed with more steps matches an uninterrupted one bit for bit. Default: no maximum.
   */
  maxSteps?: number;
  /** The length, read before each step, so that it may change during the run; in place of `epochs` and `maxSteps`. Default: those. */
  length?: () => Pick<TrainOptions, 'epochs' | 'maxSteps'>;
  /** Learning rate schedule. Default: the optimizer's constant rate. */
  schedule?: Schedule;
  /** A weight average, which is used for validation. Default: none. */
  average?: WeightAverage;
  /** Maximum global gradient norm. Default: no clipping. */
  clip?: number;
  /** Whether the state is carried from block to block. Default true; with false, every block starts from the zero state. */
  stateful?: boolean;
  /** Validation text, evaluated after each epoch. Default: none. */
  valid?: Corpus;
  /** Stops after the current step, with an `interrupted` event. Default: none. */
  signal?: AbortSignal;
  /** Early stopping: stops after this many evaluations without improvement. Needs `valid`. Default: off. */
  patience?: number;
  /**
   * Emits `checkpoint` events at this interval, after each best evaluation and before `interrupted`. Default: no
   * checkpoints.
   */
  checkpoints?: CheckpointTimes;
  /**
   * What to do when a loss, perplexity, gradient norm or weight is not finite. `stop` throws. `rollback` halves the learning
   * rate and returns to the last good checkpoint (one after which the loss was at most 2·log V) or to the start; it throws
   * after five rollbacks to the same step, and keeps two checkpoints in memory. Default `stop`.
   */
  onDivergence?: 'stop' | 'rollback';
  /** The checkpoint state to resume from; the model must hold the checkpoint's weights. Default: a new run. */
  from?: TrainingState;
  /**
   * The processes that train together; all call `train` with the same options and the same weights, and `batches` with all streams,
   * of which each computes some. They get the same weights, and events that differ only in times. Default: this process alone.
   */
  group?: Group;
  /** Receives a one-line warning when a step blocks the main thread of a page for more than 100 ms. Default: console.warn. */
  notice?: (line: string) => void;
}

/** The interval between checkpoints. With both, a checkpoint is written when either is due. */
export interface CheckpointTimes {
  /** Interval in optimizer steps. Default: none. */
  steps?: number;
  /** Interval in seconds. Default: none. */
  seconds?: number;
}

/** An event of `train`. */
export type TrainEvent =
  | {
      event: 'step';
      /** The epoch, counted from 1. */
      epoch: number;
      /** The step, counted from 1 over all epochs. */
      step: number;
      /** Fraction of the epoch that is done, from 0 to 1. */
      share: number;
      /** Mean loss of this block, in nats. */
      loss: number;
      /** Training perplexity of the epoch so far: exp of the mean loss. */
      trainPerplexity: number;
      /** Training speed in this epoch so far, in tokens per second. */
      tokensPerSecond: number;
      /** Global norm of the gradients before clipping; null without clipping. */
      gradientNorm: number | null;
      /** The learning rate of the schedule. That of a block shorter than T is smaller in proportion. */
      lr: number;
      /** With several processes: the share of the time in training steps, since the start, in which this one waited for others. */
      communicationShare?: number;
    }
  | {
      event: 'epoch';
      /** The epoch, counted from 1. */
      epoch: number;
      /** Steps taken so far over all epochs. */
      step: number;
      /** Training perplexity of the epoch. */
      trainPerplexity: number;
      /** Validation perplexity; null without `valid`. */
      validPerplexity: number | null;
      /** Training speed in this epoch, evaluation not included, in tokens per second. */
      tokensPerSecond: number;
      /** As in a step. */
      communicationShare?: number;
    }
  | RunEvent;

/**
 * Trains by truncated backpropagation through time (TBPTT) on parallel streams, and yields an event per step.
 *
 * The forward pass of a block starts from the final state of the previous block; the backward pass stays within the
 * block. Training yields to the event loop at least every 50 ms between steps, in a hidden tab too. When the streams
 * restart each epoch, the states are reset. The learning rate of a block is scaled by its length divided by T.
 * @throws {UnrolledError} `diverged` when a loss is not finite, before it changes the weights, unless `onDivergence` is
 * `rollback`; `call-order` while another `train` of the model is running; `option-value`, `option-conflict` for invalid
 * options; `checkpoint-foreign` when `from` doesn't fit the run
 */
export async function* train(model: TrainableModel, options: TrainOptions): AsyncGenerator<TrainEvent, void> {
  checkModel('train', model);
  checkParts(options);
  checkTraining({ ...options, ...options.length?.() });
  const { steps } = options.checkpoints ?? {};
  if (steps !== undefined) checkCount('train', { 'checkpoints.steps': steps }, 1);
  if (inTraining.has(model)) throw alreadyTraining();
  const clipper = options.clip === undefined ? null : new GradientClipper(model.backend, options.clip);
  inTraining.add(model);
  try {
    const steps = stepsOf(model, options, clipper);
    yield* withRollbacks(await Run.begin(model, options), steps, model, options);
  } finally {
    inTraining.delete(model);
    clipper?.release();
  }
}

/** Throws for missing options and for promises passed in place of their values. */
function checkParts(options: TrainOptions): void {
  checkObject('train', 'the options', options, 'Pass { batches, optimizer, epochs }.');
  const { batches, optimizer } = options;
  if (typeof batches?.next !== 'function') {
    throw wrongKind(
      'train',
      'batches',
      batches,
      'a StreamBatches',
      'Pass new StreamBatches(ids, { N, T, end }).',
    );
  }
  if (typeof optimizer?.update !== 'function') {
    throw wrongKind('train', 'optimizer', optimizer, 'an Optimizer', 'Pass new Adam(model.backend).');
  }
  const { length, schedule, average, signal, notice } = options;
  if (length !== undefined) checkFunction('train', 'length', length);
  if (schedule !== undefined) checkSchedule('train', schedule);
  if (average !== undefined && typeof average?.update !== 'function') {
    throw wrongKind('train', 'average', average, 'a WeightAverage', 'Pass new EMA(model.backend).');
  }
  if (signal !== undefined) checkSignal('train', signal);
  if (notice !== undefined) checkFunction('train', 'notice', notice);
}

/** The models that are being trained. */
const inTraining: WeakSet<TrainableModel> = new WeakSet();

function alreadyTraining(): UnrolledError {
  return new UnrolledError(
    'call-order',
    'train: another train() of this model is still running; a model supports one at a time. Wait until the other one ' +
      'ends, or call its return(); model.clone() makes a second model.',
  );
}

async function* withRollbacks(
  run: Run,
  steps: StepTaker,
  model: TrainableModel,
  options: TrainOptions,
): AsyncGenerator<TrainEvent, void> {
  try {
    for (;;) {
      try {
        yield* trainFrom(run, steps, model, options);
        return;
      } catch (error) {
        if (!(error instanceof Divergence)) throw error;
        yield* run.rollBack(error);
      }
    }
  } finally {
    run.end();
  }
}

async function* trainFrom(
  run: Run,
  steps: StepTaker,
  model: TrainableModel,
  options: TrainOptions,
): AsyncGenerator<TrainEvent, void> {
  const { batches } = options;
  const { epochs, maxSteps } = limitsOf(options);
  const yieldTimer = new YieldTimer();
  while (run.epoch <= epochs() && !run.shouldStopEarly() && (run.step < maxSteps() || run.meter.time > 0)) {
    const { epoch, meter } = run;
    while (meter.time < batches.stepsPerEpoch * batches.T && run.step < maxSteps()) {
      await yieldTimer.yieldIfDue();
      if (steps.isStopped()) {
        yield* run.interrupted();
        return;
      }
      run.step += 1;
      const { loss, gradientNorm, lr } = await meter.measure(batches, () => steps.take(run));
      const { trainPerplexity, tokensPerSecond } = meter;
      const share = meter.time / (batches.stepsPerEpoch * batches.T);
      yield {
        ...{ event: 'step' as const, epoch, step: run.step, share, loss, trainPerplexity, tokensPerSecond },
        ...{ gradientNorm, lr, ...shareOf(steps) },
      };
      if (steps.isCheckpointDue(run)) yield* run.checkpoint();
    }
    await run.checkWeights();
    const { trainPerplexity, tokensPerSecond } = meter;
    const isWhole = meter.time >= batches.stepsPerEpoch * batches.T;
    const validPerplexity = await validate(model, options, isWhole);
    if (validPerplexity === 'aborted') {
      yield* run.interrupted();
      return;
    }
    run.checkFinite(`the train perplexity of epoch ${epoch}`, trainPerplexity);
    run.checkFinite(`the validation perplexity of epoch ${epoch}`, validPerplexity ?? 0);
    yield {
      ...{
        event: 'epoch' as const,
        epoch,
        step: run.step,
        trainPerplexity,
        validPerplexity,
        tokensPerSecond,
      },
      ...shareOf(steps),
    };
    const isBest = run.recordEpoch(validPerplexity);
    if (isWhole) run.endEpoch();
    if (isBest || steps.isCheckpointDue(run)) yield* run.checkpoint();
    if (!isWhole) return;
  }
}

/** The current limits of the length. */
function limitsOf({ length, ...fixed }: TrainOptions): Readonly<Record<'epochs' | 'maxSteps', () => number>> {
  const current = length ?? (() => fixed);
  return { epochs: () => current().epochs ?? Infinity, maxSteps: () => current().maxSteps ?? Infinity };
}

/**
 * The validation perplexity; null without a validation text.
 * @param isWhole whether the epoch is complete, so that schedule and average receive the result
 */
async function validate(
  model: TrainableModel,
  { valid, signal, schedule, average, group }: TrainOptions,
  isWhole: boolean,
): Promise<number | null | 'aborted'> {
  if (!valid) return null;
  try {
    const measure = () => evaluate(model, valid, { ...(signal && { signal }), ...(group && { group }) });
    const { perplexity } = await (average ? average.during(model.params, measure) : measure());
    if (isWhole) {
      schedule?.validated(perplexity);
      average?.validated(perplexity);
    }
    return perplexity;
  } catch (error) {
    if (isInterruption(error, signal)) return 'aborted';
    // The run checks it like a training loss, and may roll back.
    if (error instanceof UnrolledError && error.code === 'not-finite') return Number.NaN;
    throw error;
  }
}

function shareOf({ communicationShare }: StepTaker): { communicationShare?: number } {
  return communicationShare === null ? {} : { communicationShare };
}

/** Takes the steps alone, or together with the other processes of a group. */
function stepsOf(model: TrainableModel, options: TrainOptions, clipper: GradientClipper | null): StepTaker {
  const { group = single } = options;
  return group.size === 1
    ? new OwnSteps(model, options, clipper)
    : new ParallelSteps(model, options, clipper, group);
}

/** The options that determine the length of training. */
export interface TrainingLength {
  readonly epochs?: number | undefined;
  readonly maxSteps?: number | undefined;
  readonly schedule?: Schedule | null | undefined;
  readonly average?: WeightAverage | null | undefined;
  readonly valid?: Corpus | null | undefined;
  readonly patience?: number | undefined;
}

/** Throws for options that `train` can't satisfy. */
export function checkTraining({
  epochs,
  maxSteps,
  schedule,
  average,
  valid,
  patience,
}: TrainingLength): void {
  if (maxSteps !== undefined) checkCount('train', { maxSteps }, 1);
  if (epochs !== undefined || maxSteps === undefined) checkCount('train', { epochs: epochs as number }, 1);
  if (patience !== undefined) checkCount('train', { patience }, 1);
  const part = [schedule, average].find((one) => one?.needsValidation);
  const waiting = part?.name ?? (patience === undefined ? null : 'patience');
  if (waiting !== null && !valid) {
    throw new UnrolledError(
      'option-conflict',
      `train: ${waiting} needs a validation perplexity, but there is no validation text. ` +
        `Pass a validation text, or leave ${waiting} out.`,
    );
  }
}
