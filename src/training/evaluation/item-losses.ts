import { EXHAUSTED, emptyBlock, ItemStreams, itemStarts } from '../../data/batches/item-streams.ts';
import type { Group } from '../../distributed/group.ts';
import { single } from '../../distributed/single.ts';
import type { Reads } from '../../tensor/reads.ts';
import { YieldTimer } from '../../yield-timer.ts';
import type { TrainableModel } from '../trainable-model.ts';

/** N and T: items evaluated in parallel, and steps per block. */
export const ITEMS_N = 64;
export const ITEMS_T = 32;

/** A corpus of items: an end token precedes the first item and follows each item. */
export interface Items {
  readonly ids: Int32Array;
  readonly items: number;
}

/**
 * The losses of all targets, in nats and in text order; each item starts from the zero state. Items are evaluated in
 * parallel, longest first, so that the streams finish at about the same time. The model's carried state must be zero.
 * @param group processes that share the items; the losses of the others' items are 0. Default: this process alone
 */
export async function itemLosses(
  model: TrainableModel,
  corpus: Items,
  signal?: AbortSignal,
  { rank, size }: Pick<Group, 'rank' | 'size'> = single,
): Promise<Float64Array> {
  const { ids } = corpus;
  const all = longestFirst(itemStarts(corpus), ids.length - 1);
  const starts = all.filter((_, i) => i % size === rank);
  let taken = 0;
  const streams = new ItemStreams(ids, Math.min(ITEMS_N, starts.length), () => starts[taken++] ?? EXHAUSTED);
  streams.begin();
  const losses = new Float64Array(ids.length - 1);
  const yieldTimer = new YieldTimer();
  while (streams.places.some((place) => place !== EXHAUSTED)) {
    await yieldTimer.yieldIfDue();
    signal?.throwIfAborted();
    await model.run(readBlock(model, streams, losses));
  }
  return losses;
}

function* readBlock(model: TrainableModel, streams: ItemStreams, out: Float64Array): Reads<void> {
  const block = emptyBlock(streams.places.length, ITEMS_T);
  const at = new Int32Array(block.xs.length);
  streams.fill(block, at);
  const { xs, ts, resets } = model.place(block);
  const { losses } = model.forward(xs, ts, false, false, resets);
  const [found] = yield [losses];
  for (const [i, place] of at.entries()) if (place !== EXHAUSTED) out[place] = found[i];
}

/** Item starts, sorted by item length. @param end the index after the last item */
function longestFirst(starts: Int32Array, end: number): Int32Array {
  const lengthOf = (i: number) => (i + 1 < starts.length ? starts[i + 1] : end) - starts[i];
  const order = Int32Array.from(starts, (_, i) => i).sort((a, b) => lengthOf(b) - lengthOf(a));
  return order.map((i) => starts[i]);
}
