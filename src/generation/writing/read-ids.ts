import { UnrolledError } from '../../errors.ts';
import { checkModel } from '../../models/check-model.ts';
import type { RecurrentLM } from '../../models/recurrent-lm.ts';
import type { State } from '../../models/state/state.ts';
import { numbersOf, runSync } from '../../tensor/reads.ts';
import { idsOf } from '../../tensor/table-ids.ts';
import type { Tensor } from '../../tensor/tensor.ts';

/** Maximum number of tokens of a prompt read at once: bounds the stored states, T·H. */
const BLOCK = 64;
/** Maximum number of tokens of several prompts read at once, N·T. */
const MAX_IDS = 2048;

/**
 * Advances a state over at least one id. Returns the logits of the next token (1, 1, V), valid until the model's
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

/** A text with its state and the ids not read yet. The last id is read for its logits. */
export interface Reader {
  readonly state: State;
  /** The ids not read yet, at least one. */
  readonly unread: Int32Array;
  /** Records that the state has read the first `count` of `unread`. */
  skip(count: number): void;
}

/**
 * Reads texts up to before their last id, batching those of similar length up to the shortest. Each reads at least half
 * of 64 ids, so no text waits long for others. Returns the number of ids read.
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

/** The number of ids that can be read now. */
function ahead({ unread }: Reader): number {
  return Math.min(unread.length - 1, BLOCK);
}

/** Reads as many ids of each as the first, shortest one has, but few enough to bound the stored states, N·T·H. */
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
 * Reads the last id of each text. Returns the logits of the next token (N, 1, V), valid until the model's next
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

/** The ids of a prompt. Throws if it is empty or is not a list of ids. */
export function promptIds(where: string, prompt: unknown): Int32Array {
  const ids = idsOf(where, 'the prompt', prompt);
  if (ids.length > 0) return ids;
  throw new UnrolledError('text-empty', `${where}: the prompt is empty; it needs at least one token.`);
}

/**
 * Returns the logits (V) of the token after `ids`. Synchronous: needs a backend with `readSync`.
 * @param state the state before `ids`; it is advanced. Default: the zero state
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
