import type { Batches } from '../data/batches/batches.ts';
import { type Group, shardOf } from '../distributed/group.ts';
import { single } from '../distributed/single.ts';
import { UnrolledError } from '../errors.ts';
import { saveWeights, writeWeights } from '../models/weights.ts';
import { numbersOf, type Reads } from '../tensor/reads.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { WeightAverage } from './averages/weight-average.ts';
import { Divergence } from './divergence.ts';
import type { Optimizer } from './optimizers/optimizer.ts';
import type { Schedule } from './schedules/schedule.ts';
import { carriedPart, gatherCarried } from './state/carried.ts';
import type { Anchor, RunParts, TrainingState } from './state/training-state.ts';
import { EpochMeter } from './step/meter.ts';
import type { TrainableModel } from './trainable-model.ts';

/** Maximum rollbacks to one step, each halving the rate: enough for a rate up to 32 times too high. */
const MAX_ROLLBACKS = 5;

/**
 * A loss above this multiple of log V (that of the uniform distribution) means that the weights had already diverged,
 * though still finite: a lower rate can't recover them.
 */
const MAX_LOSS_RATIO = 2;

/** The stateful parts of a run, and its options for checkpoints and rollbacks. */
export interface RunOptions {
  readonly batches: Batches;
  readonly optimizer: Optimizer;
  readonly schedule?: Schedule;
  readonly average?: WeightAverage;
  readonly clip?: number;
  readonly patience?: number;
  readonly checkpoints?: { readonly steps?: number; readonly seconds?: number };
  readonly onDivergence?: 'stop' | 'rollback';
  readonly from?: TrainingState;
  readonly group?: Group;
}

/** An event of a run other than a step or the end of an epoch. */
export type RunEvent =
  | {
      /** The run was rolled back to its state at `toStep`. */
      event: 'rollback';
      /** The epoch of the divergence, counted from 1. */
      epoch: number;
      /** The step of the divergence, counted from 1 over all epochs. */
      step: number;
      /** The value that was not finite: `the loss of step 14 (epoch 2) is NaN`. */
      reason: string;
      /** The epoch of the restored state. */
      toEpoch: number;
      /** The number of steps taken in the restored state. */
      toStep: number;
      /** Factor applied to all later learning rates: 1/2, 1/4 … */
      rateFactor: number;
      /** The number of consecutive rollbacks to this step. */
      rollbacks: number;
    }
  | {
      event: 'checkpoint';
      /** The current epoch, counted from 1. */
      epoch: number;
      /** Steps taken so far over all epochs. */
      step: number;
      /** The training state, to be saved with the model's weights. */
      state: TrainingState;
    }
  | {
      event: 'interrupted';
      /** The current epoch, counted from 1. */
      epoch: number;
      /** Steps taken so far over all epochs. */
      step: number;
    };

/** The progress of training, and the contents of a checkpoint. */
export class Run {
  epoch = 1;
  step = 0;
  meter: EpochMeter = new EpochMeter();
  readonly #model: TrainableModel;
  readonly #options: RunOptions;
  readonly #squares: Tensor;
  #best: number | null = null;
  #bestEpoch = 0;
  #lastCheckpoint: number = performance.now();
  /** Factor applied to the learning rates after rollbacks. */
  #rateFactor = 1;
  /** Number of consecutive rollbacks to the current anchor. */
  #rollbacks = 0;
  /** The state to roll back to; null without rollbacks. */
  #anchor: Anchor | null = null;
  /** The last checkpoint; it becomes the anchor when the next loss is good. */
  #candidate: Anchor | null = null;

  private constructor(model: TrainableModel, options: RunOptions) {
    this.#model = model;
    this.#options = options;
    this.#squares = model.backend.arena.tensor([1], 'float64');
  }

  /** A new run, or one resumed from the checkpoint `from`. */
  static async begin(model: TrainableModel, options: RunOptions): Promise<Run> {
    const run = new Run(model, options);
    const { from, onDivergence } = options;
    if (from) await run.#restore(from);
    if (onDivergence !== 'rollback') return run;
    const here = async () => run.#anchorFrom(await run.#save());
    run.#anchor = from?.anchor ?? (await here());
    if (from?.candidate) run.#candidate = await here();
    return run;
  }

  /** Frees the run's memory. */
  end(): void {
    const { arena } = this.#model.backend;
    if (arena.closed === null) arena.release(this.#squares);
  }

  /** The learning rate of the current step. */
  get rate(): number {
    const { batches, schedule, optimizer } = this.#options;
    // Schedules count in blocks of T.
    const step = 1 + (this.epoch - 1) * batches.stepsPerEpoch + this.meter.time / batches.T;
    return (schedule?.rate({ epoch: this.epoch, step }) ?? optimizer.lr) * this.#rateFactor;
  }

  /** Checks the loss of the current step; a good one confirms the last checkpoint. @throws Divergence unless it is finite */
  acceptLoss(loss: number): void {
    this.checkFinite(`the loss of step ${this.step} (epoch ${this.epoch})`, loss);
    if (this.#candidate && loss <= MAX_LOSS_RATIO * Math.log(this.#model.config.vocabSize)) {
      this.#anchor = this.#candidate;
      this.#rollbacks = 0;
    }
    this.#candidate = null;
  }

  /** Throws Divergence unless the value is finite. */
  checkFinite(what: string, value: number): void {
    if (!Number.isFinite(value)) throw new Divergence(`${what} is ${value}`, this.rate, this.#options.clip);
  }

  /** Throws Divergence unless all weights are finite. */
  async checkWeights(): Promise<void> {
    const squares = await this.#model.run(this.#squaresOfWeights());
    this.checkFinite(`the sum of squares of the weights after step ${this.step}`, squares);
  }

  *#squaresOfWeights(): Reads<number> {
    const { backend, params } = this.#model;
    backend.write(this.#squares, [0]);
    for (const { value } of params) backend.addSumOfSquares(this.#squares, value);
    const [squares] = yield* numbersOf(this.#squares);
    return squares;
  }

  /** Records the epoch's validation perplexity. @returns whether it is the best so far; without a validation text, always true */
  recordEpoch(validPerplexity: number | null): boolean {
    const isBest = validPerplexity === null || this.#best === null || validPerplexity < this.#best;
    if (isBest) [this.#best, this.#bestEpoch] = [validPerplexity, this.epoch];
    return isBest;
  }

  endEpoch(): void {
    this.epoch += 1;
    this.meter = new EpochMeter();
  }

  /** Whether the last `patience` evaluations showed no improvement. */
  shouldStopEarly(): boolean {
    const { patience } = this.#options;
    return patience !== undefined && this.epoch - 1 - this.#bestEpoch >= patience;
  }

  isCheckpointDue(): boolean {
    const { steps, seconds } = this.#options.checkpoints ?? {};
    const since = (performance.now() - this.#lastCheckpoint) / 1000;
    return (steps !== undefined && this.step % steps === 0) || (seconds !== undefined && since >= seconds);
  }

  async *checkpoint(): AsyncGenerator<RunEvent, void> {
    const { checkpoints } = this.#options;
    if (!checkpoints && !this.#anchor) return;
    await this.checkWeights();
    const state = await this.#save();
    if (this.#anchor && !this.#isAtAnchor) this.#candidate = await this.#anchorFrom(state);
    if (checkpoints) yield this.#checkpointEvent(state);
    this.#lastCheckpoint = performance.now();
  }

  /**
   * Restores the anchor, except for the learning rate, which is halved.
   * @throws the divergence when rollbacks are off or exhausted
   */
  async *rollBack(divergence: Divergence): AsyncGenerator<RunEvent, void> {
    if (!this.#anchor) throw divergence;
    this.#candidate = null;
    const { epoch, step } = this;
    const [rateFactor, rollbacks] = [this.#rateFactor / 2, this.#rollbacks + 1];
    const { state, weights } = this.#anchor;
    await this.#model.call(() => writeWeights(this.#model, weights));
    await this.#restore({ ...state, rateFactor, rollbacks });
    if (rollbacks > MAX_ROLLBACKS) throw divergence.afterRollbacks(MAX_ROLLBACKS, this.step);
    const to = { toEpoch: this.epoch, toStep: this.step };
    yield { event: 'rollback', epoch, step, reason: divergence.what, ...to, rateFactor, rollbacks };
    // A run that is stopped after this resumes at the new rate.
    yield* this.checkpoint();
  }

  get #isAtAnchor(): boolean {
    return this.step === this.#anchor?.state.step;
  }

  #checkpointEvent(state: TrainingState): RunEvent {
    const { epoch, step } = this;
    const anchor = this.#isAtAnchor ? null : this.#anchor;
    const whole = { ...state, anchor, candidate: this.#candidate !== null };
    return { event: 'checkpoint', epoch, step, state: whole };
  }

  async #anchorFrom(state: TrainingState): Promise<Anchor> {
    return { state, weights: await saveWeights(this.#model) };
  }

  /** Saves a checkpoint that is no rollback target, since an uninterrupted run has none here. */
  async *interrupted(): AsyncGenerator<RunEvent, void> {
    if (this.#options.checkpoints) {
      await this.checkWeights();
      yield this.#checkpointEvent(await this.#save());
    }
    yield { event: 'interrupted', epoch: this.epoch, step: this.step };
  }

  get #parts(): RunParts {
    const { optimizer, average, schedule } = this.#options;
    return { optimizer: optimizer.name, average: average?.name ?? null, schedule: schedule?.name ?? null };
  }

  async #save(): Promise<TrainingState> {
    const { batches, optimizer, average, schedule } = this.#options;
    return {
      epoch: this.epoch,
      step: this.step,
      best: this.#best,
      bestEpoch: this.#bestEpoch,
      rateFactor: this.#rateFactor,
      rollbacks: this.#rollbacks,
      anchor: null,
      candidate: false,
      meter: this.meter.save(),
      batches: batches.save(),
      carried: await gatherCarried(this.#options.group ?? single, await this.#model.save()),
      masks: this.#model.masks.save(),
      optimizer: await optimizer.save(),
      average: (await average?.save()) ?? null,
      schedule: schedule?.save() ?? null,
      parts: this.#parts,
    };
  }

  async #restore(from: TrainingState): Promise<void> {
    const { batches, optimizer, average, schedule } = this.#options;
    checkParts(from.parts, this.#parts);
    this.epoch = from.epoch;
    this.step = from.step;
    [this.#best, this.#bestEpoch] = [from.best, from.bestEpoch];
    [this.#rateFactor, this.#rollbacks] = [from.rateFactor, from.rollbacks];
    this.meter = new EpochMeter(from.meter);
    batches.restore(from.batches);
    const carried =
      from.carried && carriedPart(from.carried, shardOf(batches.N, this.#options.group ?? single));
    await this.#model.call(() => this.#model.restore(carried));
    this.#model.masks.restore(from.masks);
    optimizer.restore(from.optimizer);
    restorePart('an average', average, from.average);
    restorePart('a schedule', schedule, from.schedule);
  }
}

/** Throws when a part is of another kind: moments of the same name mean different things to different optimizers. */
function checkParts(saved: RunParts | undefined, parts: RunParts): void {
  for (const name of ['optimizer', 'average', 'schedule'] as const) {
    const [was, is] = [saved?.[name] ?? null, parts[name]];
    if (was === null || is === null || was === is) continue;
    throw new UnrolledError(
      'checkpoint-foreign',
      `train: the checkpoint was written with ${name} ${was}, and this run has ${is}; ` +
        'a resumed run needs the same one. Pass the same options.',
    );
  }
}

/** Restores a part. Throws when only one of the run and the checkpoint has it. */
function restorePart<Saved>(
  what: string,
  part: { restore(saved: Saved): void } | undefined,
  saved: Saved | null,
): void {
  if (part && saved) part.restore(saved);
  else if (part || saved) {
    throw new UnrolledError(
      'checkpoint-foreign',
      `train: the checkpoint was written ${saved ? 'with' : 'without'} ${what}, and this run is ${part ? 'with' : 'without'}; ` +
        'a resumed run needs the same parts. Pass the same options.',
    );
  }
}
