import { Adam, type RecurrentLM, StreamBatches, type TrainEvent, tokenLosses, train } from 'unrolled';
import type { SmallModel } from './small-model.ts';

/** Streams and block length of the training; Adam with a rate that suits models of this size. */
const [N, T, LR, CLIP] = [16, 20, 0.003, 1];
/** The share of the text that is held out. */
const HELD_OUT = 0.1;
/** The most tokens that are held out, so that three evaluations take about a second. */
const MOST_HELD_OUT = 4_000;

/**
 * Trains models in turn, one block each, until the share of the work that is done after some blocks is 1: all read the same tokens.
 * Then measures the perplexity of the held-out end of the text. Returns the number of tokens that each has read.
 */
export async function trainInTurn(
  models: readonly SmallModel[],
  ids: Int32Array,
  shareAfter: (blocks: number) => number,
  onShare: (share: number) => void,
  signal: AbortSignal,
): Promise<number> {
  const held = Math.min(MOST_HELD_OUT, Math.ceil(HELD_OUT * ids.length));
  const learnt = ids.subarray(0, ids.length - held);
  const streams = {
    N: Math.max(1, Math.min(N, Math.floor((learnt.length - 1) / T))),
    T,
    end: 'wrap',
  } as const;
  const runs = models.map(({ model }) => runOf(model, new StreamBatches(learnt, streams), signal));
  let blocks = 0;
  try {
    for (let share = 0; share < 1; ) {
      for (const run of runs) await run.next();
      signal.throwIfAborted();
      share = Math.min(1, shareAfter(++blocks));
      onShare(share);
    }
  } finally {
    for (const run of runs) await run.return();
  }
  for (const small of models) small.trained(await perplexityOf(small.model, ids.subarray(-held - 1)));
  return blocks * streams.N * T;
}

function runOf(
  model: RecurrentLM,
  batches: StreamBatches,
  signal: AbortSignal,
): AsyncGenerator<TrainEvent, void> {
  const optimizer = new Adam(model.backend, { lr: LR });
  return train(model, { batches, optimizer, epochs: 1_000_000, clip: CLIP, signal, notice: () => {} });
}

/** exp of the mean loss of all tokens but the first, read as one stream from the zero state. */
async function perplexityOf(model: RecurrentLM, ids: Int32Array): Promise<number> {
  const losses = await tokenLosses(model, ids);
  return Math.exp(losses.reduce((sum, loss) => sum + loss, 0) / losses.length);
}
