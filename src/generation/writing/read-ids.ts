import { UnrolledError } from '../../errors.ts';
import type { RecurrentLM } from '../../models/recurrent-lm.ts';
import type { State } from '../../models/state/state.ts';
import { numbersOf, runSync } from '../../tensor/reads.ts';
import type { Tensor } from '../../tensor/tensor.ts';

/** How many tokens of a prompt are read at once: bounds the states held, T·H. */
const BLOCK = 64;
/** And of many prompts together, N·T. */
const MAX_IDS = 2048;

/** Moves a state on over ids, one at least. → the scores of what follows (1, 1, V), good until the model's next call. */
export function readIds(model: RecurrentLM, ids: Int32Array, state: State): Tensor {
  let start = 0;
  while (ids.length - start > BLOCK) {
    model.read(ids.subarray(start, start + BLOCK), [state]);
    start += BLOCK;
  }
  return model.step(ids.subarray(start), [state]);
}

/** What has read a text up to `unread`, the ids that are left; the last of them is read by a step for its scores. */
export interface Reader {
  readonly state: State;
  /** One at least. */
  readonly unread: Int32Array;
  /** Says that the state has read the first `count` of `unread`. */
  skip(count: number): void;
}

/**
 * Reads on in texts that have more than one id left: those of about equal length side by side, as far as the
 * shortest of them goes but for its last id. Of 64 ids that is half at least for each, so that nobody waits long
 * for others. → how many ids were read
 */
export function readAhead(model: RecurrentLM, readers: readonly Reader[]): number {
  const ordered = readers.toSorted((one, other) => ahead(one) - ahead(other));
  let count = 0;
  for (let first = 0, end = 0; first < ordered.length; first = end) {
    while (end < ordered.length && ahead(ordered[end]) <= 2 * ahead(ordered[first])) end++;
    count += readPiece(model, ordered.slice(first, end));
  }
  return count;
}

/** How many ids a text can read on. */
function ahead({ unread }: Reader): number {
  return Math.min(unread.length - 1, BLOCK);
}

/** As many ids of each as the first has, the shortest, and few enough to bound the states held, N·T·H. */
function readPiece(model: RecurrentLM, readers: readonly Reader[]): number {
  const N = readers.length;
  const T = Math.min(ahead(readers[0]), Math.max(1, Math.floor(MAX_IDS / N)));
  const ids = new Int32Array(T * N);
  readers.forEach(({ unread }, n) => {
    for (let t = 0; t < T; t++) ids[t * N + n] = unread[t];
  });
  model.read(
    ids,
    readers.map(({ state }) => state),
  );
  for (const reader of readers) reader.skip(T);
  return T * N;
}

/** Reads the last id of each text. → the scores of what follows each (N, 1, V), good until the model's next call. */
export function readLast(model: RecurrentLM, readers: readonly Reader[]): Tensor {
  const ids = new Int32Array(readers.length);
  readers.forEach(({ unread }, n) => {
    ids[n] = unread[0];
  });
  return model.step(
    ids,
    readers.map(({ state }) => state),
  );
}

/** Throws when nothing is there to go on from. */
export function checkPrompt(where: string, { length }: Int32Array): void {
  if (length > 0) return;
  throw new UnrolledError(
    'text-empty',
    `${where}: the prompt has no token; it needs one at least to go on from.`,
  );
}

/**
 * The scores (V) of what follows `ids`. Synchronous: needs a backend with `readSync`.
 * @param state what was read before them, which is moved on. Default: nothing
 */
export function scoresAfter(model: RecurrentLM, ids: Int32Array, state?: State): Float64Array {
  checkPrompt('generate', ids);
  const start = state ?? model.state();
  const scores = readIds(model, ids, start);
  if (!state) start.release();
  return Float64Array.from(runSync('scoresAfter', model.backend, numbersOf(scores)));
}
