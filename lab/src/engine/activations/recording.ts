import type { RecurrentLM, State, TraceWindow } from 'unrolled';
import { concatenated } from '../reading/concatenated.ts';
import type { EncodedText } from '../reading/encoded-text.ts';
import { clearState, packState, unpackState } from '../reading/packed-state.ts';
import { segmentsOf } from '../reading/resets.ts';
import { YieldTimer } from '../yield-timer.ts';
import { unitCount } from './units.ts';

/** Tokens of a block. */
const BLOCK = 256;

/** The most activations that are kept: 96 MB of float32. */
const MOST_KEPT = 24 * 2 ** 20;

/**
 * The activations of U units over T tokens, row-major (T, W): h of all layers side by side, from bottom to top, then tanh(c) of
 * a cell that has c. W is U, or 2·U with c.
 */
export type Rows = Float32Array;

/** Receives each block once, in order: its rows, and its first index. */
type OnBlock = (rows: Rows, start: number) => void;

interface RecordingOptions {
  readonly onBlock?: OnBlock;
  /** The most activations that are kept; the others are computed again. */
  readonly mostKept?: number;
}

/** A block that was read: its rows, or the state before it, from which they are computed again. */
type Block = { readonly rows: Rows } | { readonly before: Float32Array };

/**
 * The activations of a model over a text, which is read block by block, once. Blocks beyond the limit of memory are computed
 * again, to the same bits, whenever they are needed. Indices are those of the encoded text: index t + 1 is token t.
 */
export class Recording {
  readonly encoded: Pick<EncodedText, 'ids' | 'resets'>;
  readonly #model: RecurrentLM;
  readonly #onBlock: OnBlock;
  readonly #mostKept: number;
  readonly #state: State;
  readonly #blocks: Block[] = [];
  #widths: readonly number[] = [];
  #width = 0;
  #kept = 0;
  #reading: Promise<void> | null = null;

  constructor(
    model: RecurrentLM,
    encoded: Recording['encoded'],
    { onBlock = () => {}, mostKept = MOST_KEPT }: RecordingOptions = {},
  ) {
    this.#model = model;
    this.encoded = encoded;
    this.#onBlock = onBlock;
    this.#mostKept = mostKept;
    this.#state = model.state();
  }

  /** The number of units of each layer, from bottom to top; none before the first block. */
  get widths(): readonly number[] {
    return this.#widths;
  }

  /** U: the number of units of all layers. */
  get units(): number {
    return unitCount(this.#widths);
  }

  /** W: the length of a row; 0 before the first block. */
  get width(): number {
    return this.#width;
  }

  /** Number of tokens that were read. */
  get end(): number {
    return Math.min(this.#blocks.length * BLOCK, this.encoded.ids.length);
  }

  /**
   * Reads the rest of the text. Callers that wait at the same time share the work; a caller whose signal is aborted leaves
   * it to the others, or to the next one.
   */
  async read(signal: AbortSignal): Promise<void> {
    const timer = new YieldTimer();
    while (this.end < this.encoded.ids.length) {
      await timer.yieldIfDue(signal);
      this.#reading ??= this.#next().finally(() => {
        this.#reading = null;
      });
      await this.#reading;
    }
  }

  /** The rows of the indices `from` to `to` − 1, all of which were read. */
  async slice(from: number, to: number): Promise<Rows> {
    const W = this.width;
    const slice = new Float32Array((to - from) * W);
    for (let at = from; at < to; ) {
      const start = at - (at % BLOCK);
      const end = Math.min(to, start + BLOCK);
      const rows = await this.#rows(start / BLOCK);
      slice.set(rows.subarray((at - start) * W, (end - start) * W), (at - from) * W);
      at = end;
    }
    return slice;
  }

  /** Calls a function with the rows of each block that was read, in order. */
  async each(visit: OnBlock, signal: AbortSignal): Promise<void> {
    const timer = new YieldTimer();
    for (let block = 0; block < this.#blocks.length; block++) {
      await timer.yieldIfDue(signal);
      visit(await this.#rows(block), block * BLOCK);
    }
  }

  release(): void {
    this.#state.release();
  }

  async #next(): Promise<void> {
    const index = this.#blocks.length;
    const isKept = this.#kept + BLOCK * this.width <= this.#mostKept;
    const before = isKept ? null : packState(this.#state);
    const rows = await this.#trace(index, this.#state);
    this.#kept += isKept ? rows.length : 0;
    this.#blocks.push(before ? { before } : { rows });
    this.#onBlock(rows, index * BLOCK);
  }

  async #rows(index: number): Promise<Rows> {
    const block = this.#blocks[index];
    if ('rows' in block) return block.rows;
    const state = this.#model.state();
    try {
      unpackState(state, block.before);
      return await this.#trace(index, state);
    } finally {
      state.release();
    }
  }

  /** Reads a block from a state, which is updated. */
  async #trace(index: number, state: State): Promise<Rows> {
    const { ids, resets } = this.encoded;
    const end = Math.min((index + 1) * BLOCK, ids.length);
    const parts: Rows[] = [];
    for (const [from, to] of segmentsOf(resets, index * BLOCK, end)) {
      if (resets.has(from)) clearState(state);
      for await (const part of this.#model.trace(ids.slice(from, to), { window: BLOCK, state })) {
        const rows = rowsOf(part);
        this.#widths = part.layers.map(({ width }) => width);
        this.#width = rows.length / part.ids.length;
        parts.push(rows);
      }
    }
    return parts.length === 1 ? parts[0] : concatenated(Float32Array, parts);
  }
}

/** The activations of a window. */
function rowsOf({ layers, ids: { length: T } }: TraceWindow): Rows {
  const hidden = layers.map(({ h, width }) => ({ numbers: h, width }));
  const cells = layers.flatMap(({ c, width }) => (c ? [{ numbers: c.map(Math.tanh), width }] : []));
  const columns = [...hidden, ...cells];
  const W = columns.reduce((sum, { width }) => sum + width, 0);
  const rows = new Float32Array(T * W);
  let first = 0;
  for (const { numbers, width } of columns) {
    for (let t = 0; t < T; t++) rows.set(numbers.subarray(t * width, (t + 1) * width), t * W + first);
    first += width;
  }
  return rows;
}
