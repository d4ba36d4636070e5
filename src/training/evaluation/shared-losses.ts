import { type Group, shardOf } from '../../distributed/group.ts';
import { together } from '../../distributed/together.ts';
import { YieldTimer } from '../../yield-timer.ts';
import type { TrainableModel } from '../trainable-model.ts';
import { itemLosses } from './item-losses.ts';
import { checkFinite, NO_END, readBlock } from './text-losses.ts';

interface SharedReading {
  readonly T: number;
  readonly signal: AbortSignal | undefined;
  readonly group: Group;
}

/**
 * The losses of a text, computed by several processes; all get all of them. They are those of one process: items are distributed,
 * and a continuous text, whose states follow from one another, is read by every process up to the end of its part, but the
 * softmax of each part, which is most of the work for a large V, is computed by one.
 * @throws {UnrolledError} `not-finite` for a loss that is not finite, on all processes
 * @throws the signal's reason, or StoppedElsewhere, on all processes when one is asked to stop; `rank-lost` soon after the group says so
 */
export async function sharedLosses(
  model: TrainableModel,
  { ids, items }: { readonly ids: Int32Array; readonly items: number | null },
  reading: SharedReading,
): Promise<Float64Array> {
  const { signal, group } = reading;
  const stop = AbortSignal.any([group.lost, ...(signal ? [signal] : [])]);
  const losses = await together({ group, where: 'evaluate', signal }, () =>
    items === null
      ? ownLosses(model, ids, { ...reading, signal: stop })
      : itemLosses(model, { ids, items }, stop, group),
  );
  await group.sum(losses);
  checkFinite(losses, 0);
  return losses;
}

/** The losses of this process's part of a continuous text, 0 elsewhere. The model's carried state must be zero. */
async function ownLosses(
  model: TrainableModel,
  ids: Int32Array,
  { T, signal, group }: SharedReading,
): Promise<Float64Array> {
  const losses = new Float64Array(ids.length - 1);
  const { first, count } = shardOf(Math.ceil(losses.length / T), group);
  const yieldTimer = new YieldTimer();
  const state = model.state();
  try {
    for (let block = 0; block < first; block++) {
      await yieldTimer.yieldIfDue();
      signal?.throwIfAborted();
      await model.call(() => model.read(ids.subarray(block * T, (block + 1) * T), [state]));
    }
    await model.call(() => model.carry(state));
  } finally {
    state.release();
  }
  const plain = { end: NO_END, learner: null, stateCache: null };
  for (let start = first * T; start < Math.min((first + count) * T, losses.length); start += T) {
    await yieldTimer.yieldIfDue();
    signal?.throwIfAborted();
    await model.run(readBlock(model, ids, start, losses.subarray(start, start + T), plain));
  }
  return losses;
}
