import type { Reads } from '../../tensor/reads.ts';
import { YieldTimer } from '../../yield-timer.ts';
import type { TrainableModel } from '../trainable-model.ts';

/** N and T: windows evaluated in parallel, and steps per block. */
const [WINDOWS_N, WINDOWS_T] = [64, 32];

/**
 * The losses of all targets, in nats and in text order, when the model sees only windows of the text: window k predicts
 * ids[k·W + 1] to ids[k·W + W] from ids[k·W] onwards, and starts from the zero state. The last window may be shorter.
 * Afterwards the model's carried state is that of the last windows.
 *
 * @param W the length of a window, in targets
 */
export async function windowLosses(
  model: TrainableModel,
  ids: Int32Array,
  W: number,
  signal?: AbortSignal,
): Promise<Float64Array> {
  const losses = new Float64Array(ids.length - 1);
  const yieldTimer = new YieldTimer();
  for (let start = 0; start < losses.length; start += WINDOWS_N * W) {
    const N = Math.min(WINDOWS_N, Math.ceil((losses.length - start) / W));
    const longest = Math.min(W, losses.length - start);
    await model.call(() => model.resetState());
    for (let t = 0; t < longest; t += WINDOWS_T) {
      await yieldTimer.yieldIfDue();
      signal?.throwIfAborted();
      const T = Math.min(WINDOWS_T, longest - t);
      await model.run(readBlock(model, ids, { first: start + t, W, N, T }, losses));
    }
  }
  return losses;
}

interface Place {
  /** The index of the first window's first input in this block. */
  readonly first: number;
  readonly W: number;
  readonly N: number;
  readonly T: number;
}

/** Reads T steps of N windows. A window that is over reads padding. */
function* readBlock(
  model: TrainableModel,
  ids: Int32Array,
  { first, W, N, T }: Place,
  out: Float64Array,
): Reads<void> {
  const at = Int32Array.from({ length: T * N }, (_, i) => first + (i % N) * W + Math.floor(i / N)); // (T, N)
  const xs = at.map((place) => (place < out.length ? ids[place] : 0));
  const ts = at.map((place) => (place < out.length ? ids[place + 1] : -1));
  const placed = model.place({ N, T, xs, ts });
  const [found] = yield [model.forward(placed.xs, placed.ts, false).losses];
  for (const [i, place] of at.entries()) if (place < out.length) out[place] = found[i];
}
