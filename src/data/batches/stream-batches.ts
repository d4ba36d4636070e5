import { UnrolledError } from '../../errors.ts';
import { checkObject, shown, wrongKind } from '../../kinds.ts';
import type { Batch, Batches, StreamState } from './batches.ts';
import { inMemory, type TokenIds } from './token-ids.ts';

/** Maximum number of ids read ahead from a file: by all streams together, and by one stream. */
const [MAX_READ_AHEAD, MAX_PER_STREAM] = [2 ** 21, 2 ** 16];

/** Chooses the number of steps of each block. */
export interface BlockLengths {
  /** The number of steps of the next block, at least 1. */
  next(): number;
  /** Returns the state, for `restore`. */
  save(): readonly number[];
  /** Restores what `save` returned. */
  restore(state: readonly number[]): void;
}

/** Options of `StreamBatches`. */
export interface StreamOptions {
  /** Number of streams (batch size). */
  readonly N: number;
  /** Number of time steps per block. */
  readonly T: number;
  /** What happens at the end of an epoch: the streams continue (`wrap`) or restart (`cut`). */
  readonly end: 'wrap' | 'cut';
  /** Varying block lengths in steps; the last block of an epoch is shortened to fit. Default: always T. */
  readonly lengths?: BlockLengths;
}

/**
 * Splits one long text into N parallel streams of T steps per block, for truncated BPTT.
 *
 * Of the `size` pairs (token, next token), stream i starts at pair i·⌊size/N⌋ and reads sequentially.
 * An epoch is ⌊size/(N·T)⌋ blocks of T steps, or as many steps in blocks of `lengths`. At its end:
 * - `'wrap'`: the streams continue, wrapping from the last pair to the first. `time` is never reset, so the
 *   block boundaries shift from epoch to epoch.
 * - `'cut'`: the incomplete tail is dropped and the next block is the first one again; the
 *   carried state must be reset there.
 */
export class StreamBatches implements Batches {
  /** Number of streams (batch size). */
  readonly N: number;
  /** Number of time steps per block. */
  readonly T: number;
  /** Number of blocks of T steps per epoch. */
  readonly stepsPerEpoch: number;
  /** True for `'cut'`: the carried state must be reset at the start of each epoch. */
  readonly restartsEachEpoch: boolean;
  /** The ids, with a read-ahead of its own for each stream. */
  readonly #ids: readonly TokenIds[];
  readonly #size: number;
  readonly #lengths: BlockLengths | null;
  #batch: Batch;
  /** The ids of one stream in the block. */
  #row = new Int32Array();
  #time = 0;

  /**
   * @throws {UnrolledError} code `option-value` when N or T is not a positive integer, `unknown-name` when `end` is neither
   * `wrap` nor `cut`, `text-short` when the text is too short for one block
   */
  constructor(ids: Int32Array | TokenIds, options: StreamOptions) {
    checkObject('StreamBatches', 'the options', options, "Pass { N, T, end: 'wrap' }.");
    const { N, T, end, lengths } = options;
    if (typeof ids !== 'object' || typeof ids?.length !== 'number') {
      throw wrongKind(
        'StreamBatches',
        'ids',
        ids,
        'an Int32Array of ids',
        'Pass Corpus.encode(text, saved).ids.',
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

  /** Returns the next block. It reuses the arrays of the previous block: copy what you keep. */
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

  /** Fills stream n of the block with pairs from number `start`, wrapping from the last pair to the first. */
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

  /** Returns the position, for `restore`. */
  save(): StreamState {
    return { time: this.#time, ...(this.#lengths && { lengths: this.#lengths.save() }) };
  }

  /**
   * Earlier name of `save`.
   * @deprecated Use `save`.
   */
  state(): StreamState {
    return this.save();
  }

  /**
   * Restores what `save` returned.
   * @throws {UnrolledError} code `checkpoint-foreign` when the state is of another text or other options
   */
  restore(state: StreamState): void {
    const { time, lengths } = state;
    const T = this.#lengths ? 1 : this.T;
    const end = this.restartsEachEpoch ? this.stepsPerEpoch * this.T : Infinity;
    if (!(Number.isSafeInteger(time) && time >= 0 && time % T === 0 && time < end)) {
      throw new UnrolledError(
        'checkpoint-foreign',
        `StreamBatches: the saved time is ${time}; it must be a multiple of T=${T} from 0` +
          `${this.restartsEachEpoch ? ` to below ${end}` : ''}. Resume with the same text, N, T and end.`,
      );
    }
    if ((lengths !== undefined) !== (this.#lengths !== null)) {
      throw new UnrolledError(
        'checkpoint-foreign',
        `StreamBatches: the saved state has ${lengths ? 'varying' : 'fixed'} block lengths, this one has ` +
          `${lengths ? 'fixed' : 'varying'} ones; they must be the same. Create it with the saved options.`,
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
        `StreamBatches: ${name} is ${value}; it must be a positive integer.`,
      );
    }
  }
  if (ids.length < N * T + 1) {
    throw new UnrolledError(
      'text-short',
      `StreamBatches: the text has ${ids.length} tokens; T=${T} and N=${N} need ${N * T + 1}. ` +
        'Use a longer text, or a smaller T or N.',
    );
  }
}
