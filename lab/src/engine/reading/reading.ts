import { type Reads, type RecurrentLM, type State, type TraceWindow, UnrolledError } from 'unrolled';
import { YieldTimer } from '../yield-timer.ts';
import type { EncodedText } from './encoded-text.ts';
import { clearState, packState, unpackState } from './packed-state.ts';
import { segmentsOf } from './resets.ts';

/** The least number of steps between two kept states, and the most that are computed at once. */
const BLOCK = 256;
/** The most logits that are computed at once: T·V. */
const MOST_LOGITS = 2 ** 21;
/** Steps of a window by default. */
const WINDOW = 64;
/** The most memory of the states that one reading keeps, in bytes. */
const MOST_KEPT = 16 * 2 ** 20;

/** Steps between two kept states: a multiple of `block`, such that all of them stay within MOST_KEPT. */
export function keepInterval(steps: number, stateBytes: number, block: number = BLOCK): number {
  const most = Math.max(1, Math.floor(MOST_KEPT / stateBytes));
  return block * Math.max(1, Math.ceil(steps / block / most));
}

/** Steps that are computed at once: a power of 2 up to BLOCK, so that blocks end where states are kept. */
function blockFor(V: number): number {
  return Math.min(BLOCK, 2 ** Math.floor(Math.log2(Math.max(1, MOST_LOGITS / V))));
}

/** Options of `Reading.trace`. */
export interface StepsOptions {
  /** The most steps of a window. Default 64. */
  readonly window?: number;
  readonly logits?: boolean;
}

/**
 * A text that a model reads: surprisals and ranks of all tokens, and states at intervals, from which any part is traced again
 * to the same bits. Indices count from the token before the text: index t + 1 is token t.
 */
export class Reading {
  readonly encoded: EncodedText;
  /** (n) Surprisals in bits. */
  readonly bits: Float64Array;
  /** (n) 1 + the number of tokens that were more likely. */
  readonly ranks: Int32Array;
  /** Identifies the weights. */
  readonly fingerprint: string;
  readonly #interval: number;
  /** The states before the indices 0, interval, 2·interval, … */
  readonly #kept: Float32Array[] = [];

  private constructor(encoded: EncodedText, { fingerprint, byteLength }: State) {
    const n = encoded.ids.length - 1;
    this.encoded = encoded;
    this.fingerprint = fingerprint;
    this.bits = new Float64Array(n);
    this.ranks = new Int32Array(n);
    this.#interval = keepInterval(n + 1, byteLength);
  }

  /** Bytes of the states that are kept. */
  get keptBytes(): number {
    return this.#kept.reduce((sum, { byteLength }) => sum + byteLength, 0);
  }

  /** Reads the whole text. Throws the signal's reason when it is aborted. */
  static async read(
    model: RecurrentLM,
    encoded: EncodedText,
    onShare: (share: number) => void,
    signal: AbortSignal,
  ): Promise<Reading> {
    const state = model.state();
    try {
      const reading = new Reading(encoded, state);
      await reading.#readAll(model, state, onShare, signal);
      return reading;
    } finally {
      state.release();
    }
  }

  /**
   * The state with which the index `start` is read, computed from the nearest one that is kept. The caller releases it. Throws
   * UnrolledError `state-foreign` for other weights.
   */
  async stateBefore(model: RecurrentLM, start: number): Promise<State> {
    const state = model.state();
    try {
      this.#check(state);
      const kept = Math.floor(start / this.#interval);
      unpackState(state, this.#kept[kept]);
      for (const [from, to] of segmentsOf(this.encoded.resets, kept * this.#interval, start)) {
        this.#reset(state, from);
        await model.call(() => model.read(this.encoded.ids.slice(from, to), [state]));
      }
      this.#reset(state, start);
      return state;
    } catch (error) {
      state.release();
      throw error;
    }
  }

  /**
   * The windows of indices `start` to `end` − 1; `start` of a window is its index. Throws UnrolledError `state-foreign` for
   * other weights, and the signal's reason when it is aborted.
   */
  async *trace(
    model: RecurrentLM,
    start: number,
    end: number,
    { window = WINDOW, logits = false }: StepsOptions,
    signal: AbortSignal,
  ): AsyncGenerator<TraceWindow> {
    const state = await this.stateBefore(model, start);
    try {
      for (const [from, to] of segmentsOf(this.encoded.resets, start, end)) {
        this.#reset(state, from);
        for await (const part of model.trace(this.encoded.ids.slice(from, to), {
          window,
          logits,
          state,
          signal,
        })) {
          yield { ...part, start: from + part.start };
        }
      }
    } finally {
      state.release();
    }
  }

  async #readAll(
    model: RecurrentLM,
    state: State,
    onShare: (share: number) => void,
    signal: AbortSignal,
  ): Promise<void> {
    const { ids } = this.encoded;
    const timer = new YieldTimer();
    const block = blockFor(model.config.vocabSize);
    for (let start = 0; start < ids.length; start += block) {
      await timer.yieldIfDue(signal);
      const end = Math.min(start + block, ids.length);
      for (const [from, to] of segmentsOf(this.encoded.resets, start, end)) {
        this.#reset(state, from);
        if (from % this.#interval === 0) this.#kept.push(packState(state));
        await model.run(this.#block(model, state, from, to));
      }
      onShare(end / ids.length);
    }
  }

  /** Reads a block and stores the surprisals of the tokens that its steps predict. */
  *#block(model: RecurrentLM, state: State, from: number, to: number): Reads<void> {
    const { ids } = this.encoded;
    const T = to - from;
    const before = model.carried();
    try {
      model.carry(state);
      const xs = ids.slice(from, to);
      const ts = Int32Array.from(xs, (_, t) => ids[from + t + 1] ?? -1);
      const placed = model.place({ N: 1, T, xs, ts });
      const { losses, ranks } = model.rank(placed.xs, placed.ts, 0);
      const [nats, places] = yield [losses, ranks];
      for (let t = 0; t < T && from + t < this.bits.length; t++) {
        this.bits[from + t] = nats[t] / Math.LN2;
        this.ranks[from + t] = places[t];
      }
      const after = model.carried() as State;
      unpackState(state, packState(after));
      after.release();
    } finally {
      model.carry(before);
      before?.release();
    }
  }

  #reset(state: State, index: number): void {
    if (this.encoded.resets.has(index)) clearState(state);
  }

  #check({ fingerprint }: State): void {
    if (fingerprint === this.fingerprint) return;
    throw new UnrolledError(
      'state-foreign',
      'reading: the model has other weights than the one that read the text; it must be the same. Read the text again.',
    );
  }
}
