import { UnrolledError } from '../../errors.ts';
import { checkCount, checkObject, wrongKind } from '../../kinds.ts';
import type { Batch, Batches, StreamState } from './batches.ts';
import { type Block, emptyBlock, ItemStreams, itemStarts } from './item-streams.ts';
import type { BlockLengths } from './stream-batches.ts';

/** The order of a pass through the items, counted from 0: their numbers, each once. The same pass has the same order. */
export type ItemOrder = (pass: number, items: number) => ArrayLike<number>;

export interface ItemBatchesOptions {
  readonly N: number;
  readonly T: number;
  /** Default: that of the corpus. `shuffledItems(seed)` is another one for each pass. */
  readonly order?: ItemOrder;
  /** Lengths that change from block to block. Only the last block of an epoch is cut shorter. Default: T. */
  readonly lengths?: BlockLengths;
}

/** A corpus of items: `Corpus.encodeItems` makes one. */
export interface ItemCorpus {
  readonly ids: Int32Array;
  readonly items: number | null;
}

/**
 * Feeds items in N streams, T steps a block: a stream that has come to the end of its item takes the next one of the pass, at
 * once, and `resets` says where. An item that is longer than a block is carried on in the next one; nothing is padded.
 *
 * An epoch is ⌈targets/(N·T)⌉ blocks of T steps. A pass through the items need not end with it: the streams read on in
 * the order of the next pass, so that each pass has every item exactly once.
 */
export class ItemBatches implements Batches {
  readonly N: number;
  readonly T: number;
  readonly stepsPerEpoch: number;
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
  /** How many items of the pass have been taken. */
  #taken = 0;

  /** Throws UnrolledError when N or T is no positive integer, and for a corpus without items. */
  constructor(corpus: ItemCorpus, options: ItemBatchesOptions) {
    checkObject('ItemBatches', 'the options', options, 'Give { N, T }.');
    const { N, T, order = inOrder, lengths } = options;
    checkCount('ItemBatches', { N, T }, 1);
    if (!(corpus?.ids instanceof Int32Array) || !corpus.items) {
      const advice = 'Give Corpus.encodeItems(items, codec).';
      throw wrongKind('ItemBatches', 'the corpus', corpus, 'a Corpus of items, one at least', advice);
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

  /** Returns the next block, in the arrays of the last one: copy what must outlive the next call. */
  next(): Batch {
    const epoch = this.stepsPerEpoch * this.T;
    const length = Math.min(this.#lengths?.next() ?? this.T, epoch - (this.#time % epoch));
    if (length !== this.#block.T) this.#block = emptyBlock(this.N, length);
    this.#streams.fill(this.#block);
    this.#time += length;
    return this.#block;
  }

  save(): StreamState {
    return {
      time: this.#time,
      items: { pass: this.#pass, taken: this.#taken, places: [...this.#streams.places] },
      ...(this.#lengths && { lengths: this.#lengths.save() }),
    };
  }

  /** Continues where `save` was called; throws UnrolledError when this feed can't stand there. */
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
    'ItemBatches: the saved state is not that of a feed of these items, N and lengths; a restored feed needs the same ' +
      'ones. Make it as the one that was saved.',
  );
}
