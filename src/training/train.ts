import type { Corpus } from '../data/corpus.ts';
import type { StreamBatches } from '../data/stream-batches.ts';
import { UnrolledError } from '../errors.ts';
import type { RecurrentLM } from '../models/recurrent-lm.ts';
import { Breather } from './breather.ts';
import { GradientClipper } from './clip.ts';
import { evaluate } from './evaluate.ts';
import type { Optimizer } from './optimizers.ts';

export interface TrainOptions {
  batches: StreamBatches;
  optimizer: Optimizer;
  epochs: number;
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
 * pass stays inside the block. Where the streams start anew each epoch, so do the states.
 * @throws at the first loss that is not finite, before it reaches the weights
 */
export async function* train(model: RecurrentLM, options: TrainOptions): AsyncGenerator<TrainEvent, void> {
  const { batches, epochs, valid, signal } = options;
  checkEpochs(epochs);
  const learn = createStep(model, options);
  const breather = new Breather();
  let step = 0;
  for (let epoch = 1; epoch <= epochs; epoch++) {
    const meter = new Meter();
    if (batches.restartsEachEpoch) model.resetState();
    for (let i = 0; i < batches.stepsPerEpoch; i++) {
      await breather.breathe();
      if (signal?.aborted) {
        yield { event: 'interrupted', epoch, step };
        return;
      }
      step += 1;
      const loss = meter.measure(batches.N * batches.T, () => learn(epoch, step));
      const { trainPerplexity, tokensPerSecond } = meter;
      yield { event: 'step', epoch, step, loss, trainPerplexity, tokensPerSecond };
    }
    const { trainPerplexity, tokensPerSecond } = meter;
    const validPerplexity = await validate(model, valid, signal);
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
  valid: Corpus | undefined,
  signal: AbortSignal | undefined,
): Promise<number | null | 'aborted'> {
  if (!valid) return null;
  try {
    return (await evaluate(model, valid, signal ? { signal } : {})).perplexity;
  } catch (error) {
    if (signal?.aborted) return 'aborted';
    throw error;
  }
}

/** One step: forward, backward, clip, update. Returns the mean loss. */
function createStep(model: RecurrentLM, options: TrainOptions): (epoch: number, step: number) => number {
  const { batches, optimizer, stateful = true } = options;
  const clipper = options.clip === undefined ? null : new GradientClipper(model.backend, options.clip);
  return (epoch, step) => {
    if (!stateful) model.resetState();
    const { xs, ts } = model.place(batches.next());
    const loss = model.forward(xs, ts).item();
    if (!Number.isFinite(loss)) {
      throw new UnrolledError(
        `train: the loss of step ${step} (epoch ${epoch}) is ${loss}; it must stay finite. ` +
          `Lower the learning rate (${optimizer.lr}) or clip the gradients${options.clip ? ` below ${options.clip}` : ''}.`,
      );
    }
    model.backward();
    clipper?.clip(model.params);
    optimizer.update(model.params);
    return loss;
  };
}

function checkEpochs(epochs: number): void {
  if (!Number.isInteger(epochs) || epochs < 1) {
    throw new UnrolledError(`train: epochs is ${epochs}; it must be a whole number from 1 on.`);
  }
}

/** What an epoch's steps add up to. Every block has the same number of targets. */
class Meter {
  #losses = 0;
  #steps = 0;
  #tokens = 0;
  #seconds = 0;

  measure(tokens: number, step: () => number): number {
    const began = performance.now();
    const loss = step();
    this.#seconds += (performance.now() - began) / 1000;
    this.#tokens += tokens;
    this.#steps += 1;
    this.#losses += loss;
    return loss;
  }

  get trainPerplexity(): number {
    return Math.exp(this.#losses / this.#steps);
  }

  get tokensPerSecond(): number {
    return this.#tokens / this.#seconds;
  }
}
