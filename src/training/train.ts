import { Breather } from '../breather.ts';
import type { Corpus } from '../data/corpus.ts';
import type { StreamBatches } from '../data/stream-batches.ts';
import { UnrolledError } from '../errors.ts';
import type { RecurrentLM } from '../models/recurrent-lm.ts';
import type { WeightAverage } from './averages/weight-average.ts';
import { checkCount } from './check.ts';
import { GradientClipper } from './clip.ts';
import { evaluate } from './evaluate.ts';
import type { Optimizer } from './optimizers/optimizer.ts';
import type { Schedule } from './schedules/schedule.ts';
import type { MeterState, TrainingState } from './training-state.ts';

export interface TrainOptions {
  batches: StreamBatches;
  optimizer: Optimizer;
  epochs: number;
  /** Sets the learning rate before each step. Default: it stays what the optimizer has. */
  schedule?: Schedule;
  /** Follows the weights, and takes their place while the validation text is measured. Default: none. */
  average?: WeightAverage;
  /** The largest norm of all gradients together. Default: no clipping. */
  clip?: number;
  /** Carry the state from block to block. Default true; false starts every block at 0. */
  stateful?: boolean;
  /** Text to measure the perplexity of after each epoch. */
  valid?: Corpus;
  /** Stops after the step under way, with an `interrupted` event. */
  signal?: AbortSignal;
  /** Ends after so many evaluations without a better perplexity than the best. Needs `valid`. Default: never. */
  patience?: number;
  /** When to tell of a checkpoint, beside after each best evaluation and before `interrupted`. Default: never at all. */
  checkpoints?: CheckpointTimes;
  /** A checkpoint's state to go on from, on a model that holds the weights of that moment. */
  from?: TrainingState;
}

/** After so many steps or seconds, whichever are given. */
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
  | { event: 'checkpoint'; epoch: number; step: number; state: TrainingState }
  | { event: 'interrupted'; epoch: number; step: number };

/**
 * Trains by truncated backpropagation through time on parallel streams, and tells of each step.
 *
 * Each block's forward pass starts from the state in which the block before ended; its backward
 * pass stays inside the block. Where the streams start anew each epoch, so do the states. A block
 * shorter or longer than the feed's T has the learning rate in proportion.
 * @throws at the first loss that is not finite, before it reaches the weights
 */
export async function* train(model: RecurrentLM, options: TrainOptions): AsyncGenerator<TrainEvent, void> {
  const { batches, epochs, signal } = options;
  checkOptions(options);
  const learn = createStep(model, options);
  const breather = new Breather();
  const run = new Run(model, options);
  while (run.epoch <= epochs && !run.isHopeless()) {
    const { epoch, meter } = run;
    if (batches.restartsEachEpoch && meter.time === 0) model.resetState();
    while (meter.time < batches.stepsPerEpoch * batches.T) {
      await breather.breathe();
      if (signal?.aborted) {
        yield* run.interrupted();
        return;
      }
      run.step += 1;
      const loss = meter.measure(batches, () => learn(epoch, run.step));
      const { trainPerplexity, tokensPerSecond } = meter;
      yield { event: 'step', epoch, step: run.step, loss, trainPerplexity, tokensPerSecond };
      if (run.isDue()) yield* run.checkpoint();
    }
    const { trainPerplexity, tokensPerSecond } = meter;
    const validPerplexity = await validate(model, options);
    if (validPerplexity === 'aborted') {
      yield* run.interrupted();
      return;
    }
    yield { event: 'epoch', epoch, step: run.step, trainPerplexity, validPerplexity, tokensPerSecond };
    if (run.endEpoch(validPerplexity) || run.isDue()) yield* run.checkpoint();
  }
}

/** How far training has come, and all that goes into a checkpoint. */
class Run {
  epoch = 1;
  step = 0;
  meter: Meter = new Meter();
  readonly #model: RecurrentLM;
  readonly #options: TrainOptions;
  #best: number | null = null;
  #bestEpoch = 0;
  #lastCheckpoint: number = performance.now();

  constructor(model: RecurrentLM, options: TrainOptions) {
    this.#model = model;
    this.#options = options;
    if (options.from) this.#goOn(options.from);
  }

  /** Returns whether no epoch before was as good; without a validation text, each is the best. */
  endEpoch(validPerplexity: number | null): boolean {
    this.epoch += 1;
    this.meter = new Meter();
    const isBest = validPerplexity === null || this.#best === null || validPerplexity < this.#best;
    if (isBest) [this.#best, this.#bestEpoch] = [validPerplexity, this.epoch - 1];
    return isBest;
  }

  /** Whether the last evaluations, as many as `patience` says, brought nothing better. */
  isHopeless(): boolean {
    const { patience } = this.#options;
    return patience !== undefined && this.epoch - 1 - this.#bestEpoch >= patience;
  }

  isDue(): boolean {
    const { steps, seconds } = this.#options.checkpoints ?? {};
    const since = (performance.now() - this.#lastCheckpoint) / 1000;
    return (steps !== undefined && this.step % steps === 0) || (seconds !== undefined && since >= seconds);
  }

  *checkpoint(): Generator<TrainEvent> {
    if (!this.#options.checkpoints) return;
    yield { event: 'checkpoint', epoch: this.epoch, step: this.step, state: this.#state() };
    this.#lastCheckpoint = performance.now();
  }

  *interrupted(): Generator<TrainEvent> {
    yield* this.checkpoint();
    yield { event: 'interrupted', epoch: this.epoch, step: this.step };
  }

  #state(): TrainingState {
    const { batches, optimizer, average, schedule } = this.#options;
    return {
      epoch: this.epoch,
      step: this.step,
      best: this.#best,
      bestEpoch: this.#bestEpoch,
      meter: this.meter.state(),
      batches: batches.state(),
      carried: this.#model.getState(),
      masks: this.#model.masks.getState(),
      optimizer: optimizer.state(),
      average: average?.state() ?? null,
      schedule: schedule?.state() ?? null,
    };
  }

  #goOn(from: TrainingState): void {
    const { batches, optimizer, average, schedule } = this.#options;
    this.epoch = from.epoch;
    this.step = from.step;
    [this.#best, this.#bestEpoch] = [from.best, from.bestEpoch];
    this.meter = new Meter(from.meter);
    batches.restore(from.batches);
    this.#model.setState(from.carried);
    this.#model.masks.setState(from.masks);
    optimizer.restore(from.optimizer);
    if (from.average) average?.restore(from.average);
    if (from.schedule) schedule?.restore(from.schedule);
  }
}

/** null without a text to measure. */
async function validate(
  model: RecurrentLM,
  { valid, signal, schedule, average }: TrainOptions,
): Promise<number | null | 'aborted'> {
  if (!valid) return null;
  try {
    const measure = () => evaluate(model, valid, signal ? { signal } : {});
    const { perplexity } = await (average ? average.during(model.params, measure) : measure());
    schedule?.validated(perplexity);
    average?.validated(perplexity);
    return perplexity;
  } catch (error) {
    if (signal?.aborted) return 'aborted';
    throw error;
  }
}

/** One step: forward, backward, clip, update. */
function createStep(model: RecurrentLM, options: TrainOptions): (epoch: number, step: number) => Step {
  const { batches, optimizer, schedule, average, stateful = true } = options;
  const clipper = options.clip === undefined ? null : new GradientClipper(model.backend, options.clip);
  return (epoch, step) => {
    if (!stateful) model.resetState();
    const lr = schedule?.rate({ epoch, step }) ?? optimizer.lr;
    const batch = batches.next();
    const { xs, ts } = model.place(batch);
    const loss = model.forward(xs, ts).item();
    if (!Number.isFinite(loss)) {
      throw new UnrolledError(
        `train: the loss of step ${step} (epoch ${epoch}) is ${loss}; it must stay finite. ` +
          `Lower the learning rate (${lr}) or clip the gradients${options.clip ? ` below ${options.clip}` : ''}.`,
      );
    }
    model.backward();
    clipper?.clip(model.params);
    optimizer.lr = lr * (batch.T / batches.T);
    optimizer.update(model.params);
    optimizer.lr = lr;
    average?.update(model.params);
    return { loss, T: batch.T };
  };
}

function checkOptions({ epochs, schedule, average, valid, patience, checkpoints }: TrainOptions): void {
  checkCount('train', { epochs }, 1);
  if (patience !== undefined) checkCount('train', { patience }, 1);
  if (checkpoints?.steps !== undefined) checkCount('train', { 'checkpoints.steps': checkpoints.steps }, 1);
  const stopping = patience === undefined ? null : { name: 'patience', needsValidation: true };
  const waiting = [schedule, average, stopping].find((part) => part?.needsValidation);
  if (waiting && !valid) {
    throw new UnrolledError(
      `train: ${waiting.name} goes by the validation perplexity, and there is no validation text; ` +
        'give one, or choose another.',
    );
  }
}

interface Step {
  /** The mean over the block, in nats. */
  readonly loss: number;
  readonly T: number;
}

/** What an epoch's steps add up to; a block of another length than T counts in proportion. */
class Meter {
  #state: MeterState;

  constructor(state: MeterState = { time: 0, losses: 0, blocks: 0, tokens: 0, seconds: 0 }) {
    this.#state = state;
  }

  measure({ N, T }: StreamBatches, take: () => Step): number {
    const began = performance.now();
    const step = take();
    const { time, losses, blocks, tokens, seconds } = this.#state;
    this.#state = {
      time: time + step.T,
      losses: losses + step.loss * (step.T / T),
      blocks: blocks + step.T / T,
      tokens: tokens + N * step.T,
      seconds: seconds + (performance.now() - began) / 1000,
    };
    return step.loss;
  }

  get time(): number {
    return this.#state.time;
  }

  get trainPerplexity(): number {
    return Math.exp(this.#state.losses / this.#state.blocks);
  }

  get tokensPerSecond(): number {
    return this.#state.tokens / this.#state.seconds;
  }

  state(): MeterState {
    return this.#state;
  }
}
