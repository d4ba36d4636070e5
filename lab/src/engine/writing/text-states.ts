import { logitsAfter, type RecurrentLM, type State } from 'unrolled';
import { keepInterval } from '../reading/reading.ts';
import { YieldTimer } from '../yield-timer.ts';

/** Tokens that are read at once. */
const BLOCK = 64;

/** The states of a model at intervals of the last text, so that a text that continues or changes it is read from there. */
export class TextStates {
  readonly #model: RecurrentLM;
  #ids: Int32Array = new Int32Array();
  /** By the number of tokens read. */
  readonly #kept: Map<number, State> = new Map();
  #logits: { readonly ids: Int32Array; readonly row: Float32Array } | null = null;
  /** Tokens read since the start. */
  tokensRead: number = 0;

  constructor(model: RecurrentLM) {
    this.#model = model;
  }

  /**
   * The logits (V) of the token after `ids`, at least one, in the precision of the backend: probabilities of float32 have the same
   * bits in every JavaScript engine. Throws the signal's reason when it is aborted.
   */
  async logits(ids: Int32Array, signal: AbortSignal): Promise<Float32Array> {
    if (this.#logits && equal(this.#logits.ids, ids)) return this.#logits.row;
    const state = await this.before(ids, signal);
    try {
      const row = Float32Array.from(logitsAfter(this.#model, ids.subarray(-1), state));
      this.tokensRead++;
      this.#logits = { ids, row };
      this.keep(ids, ids.length, state);
      return row;
    } finally {
      state.release();
    }
  }

  /** A state that has read all of `ids` except the last. Release it. Throws the signal's reason when it is aborted. */
  async before(ids: Int32Array, signal: AbortSignal): Promise<State> {
    this.#follow(ids);
    const end = ids.length - 1;
    let at = 0;
    for (const length of this.#kept.keys()) if (length <= end) at = Math.max(at, length);
    const state = this.#kept.get(at)?.fork() ?? this.#model.state();
    const interval = keepInterval(ids.length, state.byteLength, BLOCK);
    const timer = new YieldTimer();
    try {
      while (at < end) {
        const next = Math.min(end, at + BLOCK - (at % BLOCK));
        this.#model.read(ids.subarray(at, next), [state]);
        this.tokensRead += next - at;
        at = next;
        if (at % interval === 0) this.keep(ids, at, state);
        await timer.yieldIfDue(signal);
      }
    } catch (error) {
      state.release();
      throw error;
    }
    return state;
  }

  /** Keeps a copy of a state that has read the first `length` of `ids`. */
  keep(ids: Int32Array, length: number, state: State): void {
    this.#follow(ids);
    const interval = keepInterval(ids.length, state.byteLength, BLOCK);
    for (const [old, kept] of this.#kept) {
      if (old % interval === 0 && old !== length) continue;
      kept.release();
      this.#kept.delete(old);
    }
    this.#kept.set(length, state.fork());
  }

  /** Forgets the states that are not on the way to `ids`. */
  #follow(ids: Int32Array): void {
    const common = commonLength(this.#ids, ids);
    for (const [length, state] of this.#kept) {
      if (length <= common) continue;
      state.release();
      this.#kept.delete(length);
    }
    this.#ids = ids;
  }
}

function commonLength(a: Int32Array, b: Int32Array): number {
  const most = Math.min(a.length, b.length);
  let length = 0;
  while (length < most && a[length] === b[length]) length++;
  return length;
}

function equal(a: Int32Array, b: Int32Array): boolean {
  return a.length === b.length && commonLength(a, b) === a.length;
}
