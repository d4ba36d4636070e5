import type { Corpus } from '../data/corpus.ts';
import type { StreamBatches } from '../data/stream-batches.ts';
import { UnrolledError } from '../errors.ts';
import type { RecurrentLM } from '../models/recurrent-lm.ts';
import type { WeightAverage } from './averages/weight-average.ts';
import { Breather } from './breather.ts';
import { checkCount } from './check.ts';
import { GradientClipper } from './clip.ts';
import { evaluate } from './evaluate.ts';
import type { Optimizer } from './optimizers/optimizer.ts';
import type { Schedule } from './schedules/schedule.ts';

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
  let step = 0;
  for (let epoch = 1; epoch <= epochs; epoch++) {
    const meter = new Meter();
    if (batches.restartsEachEpoch) model.resetState();
    for (let left = batches.stepsPerEpoch * batches.T; left > 0; left -= meter.lastT) {
      await breather.breathe();
      if (signal?.aborted) {
        yield { event: 'interrupted', epoch, step };
        return;
      }
      step += 1;
      const loss = meter.measure(batches, () => learn(epoch, step));
      const { trainPerplexity, tokensPerSecond } = meter;
      yield { event: 'step', epoch, step, loss, trainPerplexity, tokensPerSecond };
    }
    const { trainPerplexity, tokensPerSecond } = meter;
    const validPerplexity = await validate(model, options);
    if (validPerplexity === 'aborted') {
      yield { event: 'interrupted', epoch, step };
      return;
    }
    yield { event: 'epoch', epoch, step, trainPerplexity, validPerplexity, tokensPerSecond };
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

function checkOptions({ epochs, schedule, average, valid }: TrainOptions): void {
  checkCount('train', { epochs }, 1);
  const waiting = [schedule, average].find((part) => part?.needsValidation);
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
  lastT = 0;
  #losses = 0;
  #blocks = 0;
  #tokens = 0;
  #seconds = 0;

  measure({ N, T }: StreamBatches, take: () => Step): number {
    const began = performance.now();
    const step = take();
    this.#seconds += (performance.now() - began) / 1000;
    this.lastT = step.T;
    this.#tokens += N * step.T;
    this.#blocks += step.T / T;
    this.#losses += step.loss * (step.T / T);
    return step.loss;
  }

  get trainPerplexity(): number {
    return Math.exp(this.#losses / this.#blocks);
  }

  get tokensPerSecond(): number {
    return this.#tokens / this.#seconds;
  }
}
