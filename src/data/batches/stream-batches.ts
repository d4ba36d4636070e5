import { UnrolledError } from '../../errors.ts';
import { checkObject, shown, wrongKind } from '../../kinds.ts';
import type { Batch, Batches, StreamState } from './batches.ts';
import { inMemory, type TokenIds } from './token-ids.ts';

/** How many ids of a file all streams hold together, read ahead, and how many one of them holds at most. */
const [MAX_READ_AHEAD, MAX_PER_STREAM] = [2 ** 21, 2 ** 16];

/** Chooses how many steps each block has. */
export interface BlockLengths {
  /** The number of steps of the next block, at least 1. */
  next(): number;
  save(): readonly number[];
  restore(state: readonly number[]): void;
}

export interface StreamOptions {
  readonly N: number;
  readonly T: number;
  readonly end: 'wrap' | 'cut';
  /** Lengths that change from block to block. Only the last block of an epoch is cut shorter. Default: T. */
  readonly lengths?: BlockLengths;
}

/**
 * Feeds one long text as N parallel streams, T steps a block, for truncated BPTT.
 *
 * Of the `size` pairs (token, next token), stream i starts at pair i·⌊size/N⌋ and reads on from there.
 * An epoch is ⌊size/(N·T)⌋ blocks of T steps, or as many steps in blocks of `lengths`. What follows its
 * end is chosen by name:
 * - `'wrap'`: the streams read on, from the last pair to the first; `time` is never reset, so each
 *   epoch is cut into blocks at other places than the one before.
 * - `'cut'`: the tail that fills no block is left out, and the next block is the first one again;
 *   whoever carries a state from block to block resets it there.
 */
export class StreamBatches implements Batches {
  readonly N: number;
  readonly T: number;
  /** Blocks of T steps in an epoch. */
  readonly stepsPerEpoch: number;
  /** True for `'cut'`: carried states must be reset at the start of each epoch. */
  readonly restartsEachEpoch: boolean;
  /** Of each stream. */
  readonly #ids: readonly TokenIds[];
  readonly #size: number;
  readonly #lengths: BlockLengths | null;
  #batch: Batch;
  /** A stream's ids in the block. */
  #row = new Int32Array();
  #time = 0;

  /** Throws UnrolledError when N or T is no positive integer, `end` is neither, or the text is too short for one block. */
  constructor(ids: Int32Array | TokenIds, options: StreamOptions) {
    checkObject('StreamBatches', 'the options', options, "Give { N, T, end: 'wrap' }.");
    const { N, T, end, lengths } = options;
    if (typeof ids !== 'object' || typeof ids?.length !== 'number') {
      throw wrongKind(
        'StreamBatches',
        'ids',
        ids,
        'an Int32Array of ids',
        'Give Corpus.encode(text, saved).ids.',
      );
    }
    if (end !== 'wrap' && end !== 'cut') {
      throw new UnrolledError(
        'unknown-name',
        `StreamBatches: end is ${shown(end)}; it must be 'wrap' or 'cut'. Choose one.`,
      );
    }
    checkSizes(ids, N, T);
    this.N = N;
    this.T = T;
    this.#ids = perStream(ids, N);
    this.#size = ids.length - 1;
    this.stepsPerEpoch = Math.floor(this.#size / (N * T));
    this.restartsEachEpoch = end === 'cut';
    this.#lengths = lengths ?? null;
    this.#batch = emptyBatch(N, T);
  }

  /** Returns the next block, in the arrays of the last one: copy what must outlive the next call. */
  next(): Batch {
    const epoch = this.stepsPerEpoch * this.T;
    const length = Math.min(this.#lengths?.next() ?? this.T, epoch - (this.#time % epoch));
    if (length !== this.#batch.T) this.#batch = emptyBatch(this.N, length);
    const { N, T } = this.#batch;
    const jump = Math.floor(this.#size / N);
    if (this.#row.length <= T) this.#row = new Int32Array(T + 1);
    for (let n = 0; n < N; n++) this.#fill(n, (n * jump + this.#time) % this.#size);
    this.#time += T;
    if (this.restartsEachEpoch) this.#time %= epoch;
    return this.#batch;
  }

  /** The block's pairs of a stream, of which the first is number `start` of the text: up to the last pair, then from the first on. */
  #fill(n: number, start: number): void {
    const { xs, ts, N, T } = this.#batch;
    for (let t = 0, at = start; t < T; at = 0) {
      const length = Math.min(T - t, this.#size - at);
      const row = this.#row.subarray(0, length + 1);
      this.#ids[n].read(at, row);
      for (let i = 0; i < length; i++, t++) {
        xs[t * N + n] = row[i];
        ts[t * N + n] = row[i + 1];
      }
    }
  }

  save(): StreamState {
    return { time: this.#time, ...(this.#lengths && { lengths: this.#lengths.save() }) };
  }

  /** @deprecated Use `save`. */
  state(): StreamState {
    return this.save();
  }

  /** Continues where `save` was called; throws UnrolledError when this feed can't stand there. */
  restore(state: StreamState): void {
    const { time, lengths } = state;
    const T = this.#lengths ? 1 : this.T;
    const end = this.restartsEachEpoch ? this.stepsPerEpoch * this.T : Infinity;
    if (!(Number.isSafeInteger(time) && time >= 0 && time % T === 0 && time < end)) {
      throw new UnrolledError(
        'checkpoint-foreign',
        `StreamBatches: the saved time is ${time}; it must be a multiple of T=${T}, not below 0` +
          `${this.restartsEachEpoch ? ` and below ${end}` : ''}. Resume with the text, N, T and end that were saved.`,
      );
    }
    if ((lengths !== undefined) !== (this.#lengths !== null)) {
      throw new UnrolledError(
        'checkpoint-foreign',
        `StreamBatches: the saved state has ${lengths ? 'lengths' : 'no lengths'} of blocks, this feed has ` +
          `${lengths ? 'none' : 'them'}; a restored feed needs the same options. Make it as the one that was saved.`,
      );
    }
    if (lengths) this.#lengths?.restore(lengths);
    this.#time = time;
  }
}

function emptyBatch(N: number, T: number): Batch {
  return { xs: new Int32Array(T * N), ts: new Int32Array(T * N), N, T };
}

/** The streams read far from one another: of a file, each reads ahead for itself. */
function perStream(ids: Int32Array | TokenIds, N: number): TokenIds[] {
  const all = 'read' in ids ? ids : inMemory(ids);
  const window = Math.min(MAX_PER_STREAM, Math.ceil(MAX_READ_AHEAD / N));
  return Array.from({ length: N }, () => all.readAhead?.(window) ?? all);
}

function checkSizes(ids: { readonly length: number }, N: number, T: number): void {
  for (const [name, value] of Object.entries({ N, T })) {
    if (!(Number.isSafeInteger(value) && value > 0)) {
      throw new UnrolledError(
        'option-value',
        `StreamBatches: ${name} is ${value}; it must be a positive integer. Change ${name}.`,
      );
    }
  }
  if (ids.length < N * T + 1) {
    throw new UnrolledError(
      'text-short',
      `StreamBatches: T=${T} and N=${N} need ${N * T + 1} tokens, the text has ${ids.length}; ` +
        'use a longer text, or smaller T and N.',
    );
  }
}
