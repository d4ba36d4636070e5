import type { Reader } from '../../generation/writing/read-ids.ts';
import type { State } from '../../models/state/state.ts';
import type { CancelSignal } from '../scheduling/request-signal.ts';
import type { ServedModel } from '../served-model.ts';

/** Reads a prompt, starting after its cached prefix. */
export class PromptReader implements Reader {
  readonly ids: Int32Array;
  readonly state: State;
  /** Number of ids in the cached prefix. */
  readonly cached: number;
  #unread: Int32Array;

  /** @param ids at least one @param scope of the cache */
  constructor(ids: Int32Array, { cache, start }: ServedModel, scope: string) {
    const { length, state } = cache.longest(ids, scope) ?? { length: 0, state: start.fork() };
    this.ids = ids;
    this.state = state;
    this.cached = length;
    this.#unread = ids.subarray(length);
  }

  get unread(): Int32Array {
    return this.#unread;
  }

  /** Frees the state. */
  release(): void {
    this.state.release();
  }

  skip(count: number): void {
    this.#unread = this.#unread.subarray(count);
  }
}

/** Reads a prompt up to its last token, and caches the state in a scope. */
export async function readPrompt(
  ids: Int32Array,
  model: ServedModel,
  scope: string,
  signal: CancelSignal,
): Promise<PromptReader> {
  const reader = new PromptReader(ids, model, scope);
  try {
    await model.batcher.read(reader, signal);
  } catch (error) {
    reader.release();
    throw error;
  }
  if (reader.cached < ids.length - 1) model.cache.put(ids.subarray(0, -1), reader.state, scope);
  return reader;
}
