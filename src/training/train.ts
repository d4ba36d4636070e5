import type { Batches } from '../data/batches/batches.ts';
import type { Corpus } from '../data/corpus.ts';
import { UnrolledError } from '../errors.ts';
import { checkCount, checkFunction, checkObject, checkSignal, wrongKind } from '../kinds.ts';
import { checkModel } from '../models/check-model.ts';
import type { Reads } from '../tensor/reads.ts';
import { YieldTimer } from '../yield-timer.ts';
import type { WeightAverage } from './averages/weight-average.ts';
import { GradientClipper } from './clip.ts';
import { Divergence } from './divergence.ts';
import { evaluate } from './evaluation/evaluate.ts';
import { SlowStep, type Step } from './meter.ts';
import type { Optimizer } from './optimizers/optimizer.ts';
import { Run, type RunEvent } from './run.ts';
import { checkSchedule, type Schedule } from './schedules/schedule.ts';
import type { TrainingState } from './state/training-state.ts';
import type { TrainableModel } from './trainable-model.ts';

export interface TrainOptions {
  batches: Batches;
  optimizer: Optimizer;
  /** How many times the text is read. Default with `maxSteps`: as many as the steps take; otherwise it is needed. */
  epochs?: number;
  /**
   * Ends after this many steps in all, if the epochs haven't ended before. An epoch that this cuts short is measured too, without
   * word to schedule and average, so that a run resumed with more steps continues to the bits of one that had them from the start.
   * Default: none.
   */
  maxSteps?: number;
  /** Sets the learning rate before each step. Default: the optimizer's rate. */
  schedule?: Schedule;
  /** An average of the weights, which replaces them for validation. Default: none. */
  average?: WeightAverage;
  /** The largest norm of all gradients together. Default: no clipping. */
  clip?: number;
  /** Carry the state from block to block. Default true; false starts every block at 0. */
  stateful?: boolean;
  /** Validation text, whose perplexity is computed after each epoch. */
  valid?: Corpus;
  /** Stops after the current step, with an `interrupted` event. */
  signal?: AbortSignal;
  /** Early stopping: ends after this many evaluations without improvement. Needs `valid`. Default: never. */
  patience?: number;
  /**
   * Reports checkpoints at this interval, after each best evaluation and before `interrupted`. Default: none
   * at all.
   */
  checkpoints?: CheckpointTimes;
  /**
   * When a loss, perplexity, gradient norm or weight is no longer finite: `stop` throws; `rollback` returns,
   * at half the learning rate, to the last checkpoint, reported or not, after which the loss was at most
   * twice that of the uniform distribution, or to the start. After five rollbacks to one step it throws too.
   * Default stop. Memory: two checkpoints.
   */
  onDivergence?: 'stop' | 'rollback';
  /** The checkpoint's state to resume from, on a model that holds its weights. */
  from?: TrainingState;
  /** Receives one line when a step holds the main thread of a page for more than 100 ms. Default: console.warn. */
  notice?: (line: string) => void;
}

/** The interval in steps or seconds, whichever is given. */
export interface CheckpointTimes {
  steps?: number;
  seconds?: number;
}

export type TrainEvent =
  | {
      event: 'step';
      epoch: number;
      /** Counted from 1 over all epochs. */
      step: number;
      /** The fraction of the epoch's tokens that has been read. */
      share: number;
      /** The mean loss of this block, in nats. */
      loss: number;
      /** Perplexity of the epoch so far: exp of the mean loss over its targets. */
      trainPerplexity: number;
      tokensPerSecond: number;
    }
  | {
      event: 'epoch';
      epoch: number;
      step: number;
      trainPerplexity: number;
      /** null without `valid`. */
      validPerplexity: number | null;
      /** Of the training steps of this epoch alone. */
      tokensPerSecond: number;
    }
  | RunEvent;

/**
 * Trains by truncated backpropagation through time on parallel streams, and yields an event for each step.
 *
 * Each block's forward pass starts from the last state of the previous block; its backward pass stays inside
 * the block. Between steps, after 50 ms at the latest, timers, messages and signals are processed, in a hidden tab too.
 * Where the streams restart each epoch, the states are reset. The learning rate of a block is in
 * proportion to its length, relative to the feed's T.
 * @throws at the first loss that is not finite, before it reaches the weights, unless `onDivergence`
 * says otherwise; and while another `train` of the model has not ended
 */
export async function* train(model: TrainableModel, options: TrainOptions): AsyncGenerator<TrainEvent, void> {
  checkModel('train', model);
  checkParts(options);
  checkTraining(options);
  const { steps } = options.checkpoints ?? {};
  if (steps !== undefined) checkCount('train', { 'checkpoints.steps': steps }, 1);
  if (inTraining.has(model)) throw alreadyTraining();
  const clipper = options.clip === undefined ? null : new GradientClipper(model.backend, options.clip);
  inTraining.add(model);
  try {
    const takeStep = createStep(model, options, clipper);
    yield* withRollbacks(await Run.begin(model, options), takeStep, model, options);
  } finally {
    inTraining.delete(model);
    clipper?.release();
  }
}

/** Throws for a missing part, and for promises of parts. */
function checkParts(options: TrainOptions): void {
  checkObject('train', 'the options', options, 'Give { batches, optimizer, epochs }.');
  const { batches, optimizer } = options;
  if (typeof batches?.next !== 'function') {
    throw wrongKind(
      'train',
      'batches',
      batches,
      'a StreamBatches',
      'Give new StreamBatches(ids, { N, T, end }).',
    );
  }
  if (typeof optimizer?.update !== 'function') {
    throw wrongKind('train', 'optimizer', optimizer, 'an Optimizer', 'Give new Adam(model.backend).');
  }
  const { schedule, average, signal, notice } = options;
  if (schedule !== undefined) checkSchedule('train', schedule);
  if (average !== undefined && typeof average?.update !== 'function') {
    throw wrongKind('train', 'average', average, 'a WeightAverage', 'Give new EMA(model.backend).');
  }
  if (signal !== undefined) checkSignal('train', signal);
  if (notice !== undefined) checkFunction('train', 'notice', notice);
}

/** The models of runs that have not ended. */
const inTraining: WeakSet<TrainableModel> = new WeakSet();

function alreadyTraining(): UnrolledError {
  return new UnrolledError(
    'call-order',
    'train: another train() of this model has not ended; two would share its weights and state. Await the end of the ' +
      'other one, or call its return(); model.clone() gives a second model.',
  );
}

async function* withRollbacks(
  run: Run,
  takeStep: TakeStep,
  model: TrainableModel,
  options: TrainOptions,
): AsyncGenerator<TrainEvent, void> {
  try {
    for (;;) {
      try {
        yield* trainFrom(run, takeStep, model, options);
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
  takeStep: TakeStep,
  model: TrainableModel,
  options: TrainOptions,
): AsyncGenerator<TrainEvent, void> {
  const { batches, signal } = options;
  const { epochs = Infinity, maxSteps = Infinity } = options;
  const yieldTimer = new YieldTimer();
  while (run.epoch <= epochs && !run.shouldStopEarly() && (run.step < maxSteps || run.meter.time > 0)) {
    const { epoch, meter } = run;
    while (meter.time < batches.stepsPerEpoch * batches.T && run.step < maxSteps) {
      await yieldTimer.yieldIfDue();
      if (signal?.aborted) {
        yield* run.interrupted();
        return;
      }
      run.step += 1;
      const loss = await meter.measure(batches, () => takeStep(run));
      const { trainPerplexity, tokensPerSecond } = meter;
      const share = meter.time / (batches.stepsPerEpoch * batches.T);
      yield { event: 'step', epoch, step: run.step, share, loss, trainPerplexity, tokensPerSecond };
      if (run.isCheckpointDue()) yield* run.checkpoint();
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
    yield { event: 'epoch', epoch, step: run.step, trainPerplexity, validPerplexity, tokensPerSecond };
    const isBest = run.recordEpoch(validPerplexity);
    if (isWhole) run.endEpoch();
    if (isBest || run.isCheckpointDue()) yield* run.checkpoint();
    if (!isWhole) return;
  }
}

/**
 * null without a text to measure.
 * @param isWhole whether the epoch ends here, which schedule and average learn of
 */
async function validate(
  model: TrainableModel,
  { valid, signal, schedule, average }: TrainOptions,
  isWhole: boolean,
): Promise<number | null | 'aborted'> {
  if (!valid) return null;
  try {
    const measure = () => evaluate(model, valid, signal ? { signal } : {});
    const { perplexity } = await (average ? average.during(model.params, measure) : measure());
    if (isWhole) {
      schedule?.validated(perplexity);
      average?.validated(perplexity);
    }
    return perplexity;
  } catch (error) {
    if (signal?.aborted) return 'aborted';
    // The run judges it, as it does a training loss, and may roll back.
    if (error instanceof UnrolledError && error.code === 'not-finite') return Number.NaN;
    throw error;
  }
}

type TakeStep = (run: Run) => Promise<Step>;

/** One step: forward pass, backward pass, clipping, one read of loss and norm, update. */
function createStep(model: TrainableModel, options: TrainOptions, clipper: GradientClipper | null): TakeStep {
  const { batches, optimizer, average, stateful = true } = options;
  const slowStep = new SlowStep(options.notice);
  return (run) => slowStep.watch(() => model.run(takeStep(run)));

  function* takeStep(run: Run): Reads<Step> {
    if (!stateful || (batches.restartsEachEpoch && run.meter.time === 0)) model.resetState();
    const batch = batches.next();
    const { xs, ts, resets } = model.place(batch);
    const { total } = model.forward(xs, ts, true, true, resets);
    model.backward();
    const squares = clipper?.apply(model.params);
    const [[loss], square] = yield squares ? [total, squares] : [total];
    run.acceptLoss(loss);
    run.checkFinite(
      `the norm of the gradients of step ${run.step} (epoch ${run.epoch})`,
      square ? Math.sqrt(square[0]) : 0,
    );
    const { lr } = optimizer;
    optimizer.lr = run.rate * (batch.T / batches.T);
    optimizer.update(model.params);
    optimizer.lr = lr;
    average?.update(model.params);
    return { loss, T: batch.T };
  }
}

/** The options that decide the length of training, and what they depend on. */
export interface TrainingLength {
  readonly epochs?: number | undefined;
  readonly maxSteps?: number | undefined;
  readonly schedule?: Schedule | null | undefined;
  readonly average?: WeightAverage | null | undefined;
  readonly valid?: Corpus | null | undefined;
  readonly patience?: number | undefined;
}

/** Throws, before any work, for options that `train` can't satisfy. */
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
      `train: ${waiting} goes by the validation perplexity, and there is no validation text; ` +
        'give one, or choose another.',
    );
  }
}
