import { UnrolledError } from '../../errors.ts';
import { checkModel } from '../../models/check-model.ts';
import type { RecurrentLM } from '../../models/recurrent-lm.ts';
import type { State } from '../../models/state/state.ts';
import { numbersOf, runSync } from '../../tensor/reads.ts';
import { idsOf } from '../../tensor/table-ids.ts';
import type { Tensor } from '../../tensor/tensor.ts';

/** Maximum tokens of a prompt read at once: bounds the states held, T·H. */
const BLOCK = 64;
/** Maximum tokens of several prompts read at once, N·T. */
const MAX_IDS = 2048;

/**
 * Advances a state over at least one id. → the logits of the next token (1, 1, V), valid until the model's
 * next call.
 */
export function readIds(model: RecurrentLM, ids: Int32Array, state: State): Tensor {
  let start = 0;
  while (ids.length - start > BLOCK) {
    model.read(ids.subarray(start, start + BLOCK), [state]);
    start += BLOCK;
  }
  return model.step(ids.subarray(start), [state]);
}

/** A reader of a text up to `unread`, the ids that are left; the last of them is read for its logits. */
export interface Reader {
  readonly state: State;
  /** At least one. */
  readonly unread: Int32Array;
  /** Records that the state has read the first `count` of `unread`. */
  skip(count: number): void;
}

/**
 * Reads ahead in texts with more than one id left: batches those of similar length, up to before the last id
 * of the shortest. Of 64 ids each reads at least half, so that no text waits long for others. → the number of
 * ids read
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

/** The number of ids that a text can read ahead. */
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

/**
 * Reads the last id of each text. → the logits of the next token (N, 1, V), valid until the model's next
 * call.
 */
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

/** The ids of a prompt. Throws for one without a token, and for a text in place of ids. */
export function promptIds(where: string, prompt: unknown): Int32Array {
  const ids = idsOf(where, 'the prompt', prompt);
  if (ids.length > 0) return ids;
  throw new UnrolledError('text-empty', `${where}: the prompt has no token; it needs one at least.`);
}

/**
 * The logits (V) of the token after `ids`. Synchronous: needs a backend with `readSync`.
 * @param state the state before them, which is advanced. Default: the zero state
 * @throws {UnrolledError} code `text-empty` without an id; `id-range` for an id outside the vocabulary; `state-foreign` for a state of another model; `backend-missing` when the backend has no `readSync`
 */
export function logitsAfter(
  model: RecurrentLM,
  ids: Int32Array | readonly number[],
  state?: State,
): Float64Array {
  checkModel('logitsAfter', model);
  const prompt = promptIds('logitsAfter', ids);
  const start = state ?? model.state();
  const scores = readIds(model, prompt, start);
  if (!state) start.release();
  return Float64Array.from(runSync('logitsAfter', model.backend, numbersOf(scores)));
}
