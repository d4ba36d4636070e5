import { UnrolledError } from '../../errors.ts';
import type { Reads } from '../../tensor/reads.ts';
import { YieldTimer } from '../../yield-timer.ts';
import type { ContinuousCache } from '../adaptation/continuous-cache.ts';
import type { TrainableModel } from '../trainable-model.ts';

/** The end id of continuous text, which no token has. */
export const NO_END = -1;

/** What learns from each block, once its losses are known. */
export interface BlockLearner {
  /** @param loss the mean loss of the block that `model.forward` has just read, in nats */
  learn(loss: number): void;
}

/** How a text is read. */
export interface Reading {
  /** The block length. */
  readonly T: number;
  /** The end-of-item id, or `NO_END`. */
  readonly end: number;
  readonly learner: BlockLearner | null;
  readonly stateCache: ContinuousCache | null;
  readonly signal: AbortSignal | undefined;
}

/** The losses of a text that is read as one stream. @throws {UnrolledError} `not-finite` for a loss that is not finite */
export async function textLosses(
  model: TrainableModel,
  ids: Int32Array,
  reading: Reading,
): Promise<Float64Array> {
  const { T, signal } = reading;
  const losses = new Float64Array(ids.length - 1);
  const yieldTimer = new YieldTimer();
  for (let start = 0; start < losses.length; start += T) {
    await yieldTimer.yieldIfDue();
    signal?.throwIfAborted();
    const block = losses.subarray(start, start + T);
    await model.run(readBlock(model, ids, start, block, reading));
    checkFinite(block, start);
  }
  return losses;
}

/** Writes the losses of ids[start + 1] onwards into `out`. */
export function* readBlock(
  model: TrainableModel,
  ids: Int32Array,
  start: number,
  out: Float64Array,
  { end: itemEnd, learner, stateCache }: Omit<Reading, 'T' | 'signal'>,
): Reads<void> {
  const [T, end] = [out.length, start + out.length];
  const inputs = ids.subarray(start, end);
  const resets = itemEnd === NO_END ? null : inputs.map((id) => (id === itemEnd ? 1 : 0));
  const block = { N: 1, T, xs: inputs, ts: ids.subarray(start + 1, end + 1), resets };
  const placed = model.place(block);
  const { total, losses, hs } = model.forward(placed.xs, placed.ts, learner !== null, false, placed.resets);
  const [[loss], found] = yield [total, losses];
  out.set(found);
  if (stateCache) yield* stateCache.mix(out, hs, ids, start, itemEnd);
  learner?.learn(loss);
}

/** Throws for a loss that is NaN or infinite; losses[0] belongs to token `start` + 1. */
export function checkFinite(losses: Float64Array, start: number): void {
  const at = losses.findIndex((loss) => !Number.isFinite(loss));
  if (at < 0) return;
  throw new UnrolledError(
    'not-finite',
    `evaluate: the loss of token ${start + at + 1} is ${losses[at]}; it must be finite. The weights are too ` +
      'large: use another model.',
  );
}
