import type { Reader } from '../generation/writing/read-ids.ts';
import type { State } from '../models/state/state.ts';
import type { CancelSignal } from './scheduling/request-signal.ts';
import type { ServedModel } from './served-model.ts';

/** A prompt that is being read, from where the cache knows it. */
export class PromptReader implements Reader {
  readonly ids: Int32Array;
  readonly state: State;
  /** How many of the ids were known. */
  readonly cached: number;
  #unread: Int32Array;

  /** @param ids one at least */
  constructor(ids: Int32Array, { cache, start }: ServedModel) {
    const { length, state } = cache.longest(ids) ?? { length: 0, state: start.fork() };
    this.ids = ids;
    this.state = state;
    this.cached = length;
    this.#unread = ids.subarray(length);
  }

  get unread(): Int32Array {
    return this.#unread;
  }

  /** Gives its state back. */
  release(): void {
    this.state.release();
  }

  skip(count: number): void {
    this.#unread = this.#unread.subarray(count);
  }
}

/** Reads a prompt up to its last id, and remembers it so far. */
export async function readPrompt(
  ids: Int32Array,
  model: ServedModel,
  signal: CancelSignal,
): Promise<PromptReader> {
  const reader = new PromptReader(ids, model);
  try {
    await model.batcher.read(reader, signal);
  } catch (error) {
    reader.release();
    throw error;
  }
  if (reader.cached < ids.length - 1) model.cache.put(ids.subarray(0, -1), reader.state);
  return reader;
}
