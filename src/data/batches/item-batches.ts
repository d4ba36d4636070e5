import { UnrolledError } from '../../errors.ts';
import { checkCount, checkObject, wrongKind } from '../../kinds.ts';
import type { Batch, Batches, StreamState } from './batches.ts';
import { type Block, emptyBlock, ItemStreams, itemStarts } from './item-streams.ts';
import type { BlockLengths } from './stream-batches.ts';

/** Returns the order of the items in a pass (from 0): a permutation of 0 … items − 1. It must depend on its arguments only. */
export type ItemOrder = (pass: number, items: number) => ArrayLike<number>;

/** Options of `ItemBatches`. */
export interface ItemBatchesOptions {
  /** Number of streams (batch size). */
  readonly N: number;
  /** Number of time steps per block. */
  readonly T: number;
  /** The order of the items. `shuffledItems(seed)` shuffles them anew in each pass. Default: the order of the corpus. */
  readonly order?: ItemOrder;
  /** Varying block lengths in steps; the last block of an epoch is shortened to fit. Default: always T. */
  readonly lengths?: BlockLengths;
}

/** A corpus of items, as made by `Corpus.encodeItems`. */
export interface ItemCorpus {
  /** Token ids, with the end token before the first item and after each item. */
  readonly ids: Int32Array;
  /** Number of items; null for continuous text. */
  readonly items: number | null;
}

/**
 * Packs items into N streams of T steps per block, without padding: when an item ends, its stream continues with the next
 * item, and `resets` marks where it begins. An item longer than a block continues in the next block.
 *
 * An epoch is ⌈targets/(N·T)⌉ blocks of T steps. A pass through the items need not end with the epoch: the streams continue
 * with the next pass, so each pass contains every item exactly once.
 */
export class ItemBatches implements Batches {
  /** Number of streams (batch size). */
  readonly N: number;
  /** Number of time steps per block. */
  readonly T: number;
  /** Number of blocks of T steps per epoch. */
  readonly stepsPerEpoch: number;
  /** Always false: `resets` handles the states. */
  readonly restartsEachEpoch: boolean = false;
  readonly #starts: Int32Array;
  readonly #ids: Int32Array;
  readonly #streams: ItemStreams;
  readonly #orderOf: ItemOrder;
  readonly #lengths: BlockLengths | null;
  #block: Block;
  #time = 0;
  #pass = 0;
  #order: ArrayLike<number>;
  /** Number of items taken in the current pass. */
  #taken = 0;

  /** @throws {UnrolledError} code `option-value` when N or T is not a positive integer, or the corpus has no items */
  constructor(corpus: ItemCorpus, options: ItemBatchesOptions) {
    checkObject('ItemBatches', 'the options', options, 'Pass { N, T }.');
    const { N, T, order = inOrder, lengths } = options;
    checkCount('ItemBatches', { N, T }, 1);
    if (!(corpus?.ids instanceof Int32Array) || !corpus.items) {
      const advice = 'Pass Corpus.encodeItems(items, codec).';
      throw wrongKind('ItemBatches', 'the corpus', corpus, 'a Corpus with at least one item', advice);
    }
    this.N = N;
    this.T = T;
    this.#ids = corpus.ids;
    this.#starts = itemStarts({ ids: corpus.ids, items: corpus.items });
    this.stepsPerEpoch = Math.ceil((corpus.ids.length - 1) / (N * T));
    this.#lengths = lengths ?? null;
    this.#orderOf = order;
    this.#order = order(0, this.#starts.length);
    this.#streams = new ItemStreams(corpus.ids, N, () => this.#nextItem());
    this.#streams.begin();
    this.#block = emptyBlock(N, T);
  }

  /** Returns the next block. It reuses the arrays of the previous block: copy what you keep. */
  next(): Batch {
    const epoch = this.stepsPerEpoch * this.T;
    const length = Math.min(this.#lengths?.next() ?? this.T, epoch - (this.#time % epoch));
    if (length !== this.#block.T) this.#block = emptyBlock(this.N, length);
    this.#streams.fill(this.#block);
    this.#time += length;
    return this.#block;
  }

  /** Returns the position, for `restore`. */
  save(): StreamState {
    return {
      time: this.#time,
      items: { pass: this.#pass, taken: this.#taken, places: [...this.#streams.places] },
      ...(this.#lengths && { lengths: this.#lengths.save() }),
    };
  }

  /**
   * Restores what `save` returned.
   * @throws {UnrolledError} code `checkpoint-foreign` when the state is of other items or options
   */
  restore({ time, items, lengths }: StreamState): void {
    const { pass, taken, places } = Object(items) as Partial<NonNullable<StreamState['items']>>;
    const isCount = (value: unknown, most: number) =>
      Number.isSafeInteger(value) && Number(value) >= 0 && Number(value) <= most;
    const isGood =
      isCount(time, Number.MAX_SAFE_INTEGER) &&
      isCount(pass, Number.MAX_SAFE_INTEGER) &&
      isCount(taken, this.#starts.length) &&
      Array.isArray(places) &&
      places.length === this.N &&
      places.every((place) => isCount(place, this.#ids.length - 2));
    if (!isGood || (lengths !== undefined) !== (this.#lengths !== null)) throw foreign();
    if (lengths) this.#lengths?.restore(lengths);
    this.#time = time;
    this.#pass = pass as number;
    this.#order = this.#orderOf(this.#pass, this.#starts.length);
    this.#taken = taken as number;
    this.#streams.places.set(places);
  }

  #nextItem(): number {
    if (this.#taken === this.#starts.length) {
      this.#pass += 1;
      this.#taken = 0;
      this.#order = this.#orderOf(this.#pass, this.#starts.length);
    }
    return this.#starts[this.#order[this.#taken++]];
  }
}

function inOrder(_: number, items: number): Int32Array {
  return Int32Array.from({ length: items }, (__, i) => i);
}

function foreign(): UnrolledError {
  return new UnrolledError(
    'checkpoint-foreign',
    'ItemBatches: the saved state does not match these items, N and lengths; they must be the same. ' +
      'Create it with the saved items and options.',
  );
}
