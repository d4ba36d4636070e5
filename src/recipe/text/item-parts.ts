import { Corpus, type ItemCodec } from '../../data/corpus.ts';
import type { ItemSplit } from '../../data/items/item-split.ts';
import { itemSplitter, itemsOf } from '../../data/items/items-of.ts';
import type { OnProgress } from '../../data/token-progress.ts';
import type { Recipe } from '../recipe.ts';
import { drawHeldOut } from './held-out.ts';

/** A text with its name for errors. */
interface Source {
  readonly name: string;
  readonly text: string;
}

interface Sources {
  readonly train: readonly Source[];
  readonly valid: Source | null;
  readonly test: Source | null;
}

/** Numbers of items in the texts. */
export type ItemCounts = {
  /** Items to train on. */
  readonly train: number;
  /** Validation items; null without a validation text. */
  readonly valid: number | null;
  /** Test items; null without a test text. */
  readonly test: number | null;
  /** Items without tokens, in all texts. */
  readonly empty: number;
  /** Malformed lines or rows that were skipped. */
  readonly skipped: number;
};

interface Encoded {
  readonly train: Corpus;
  readonly valid: Corpus | null;
  readonly test: Corpus | null;
}

type Work = Parameters<OnProgress>[1];

/** Number of items between progress reports. */
const PROGRESS_INTERVAL = 2 ** 10;
/** Number of items in `beginning`. */
const BEGINNING_ITEMS = 10;

/** The items of a run's texts. They are split again at each pass, so that no list of them is held in memory. */
export class ItemParts {
  readonly #sources: Sources;
  readonly #split: ItemSplit;
  readonly #skipBad: boolean;
  readonly #maxTokens: number;
  readonly #onShare: OnProgress | undefined;
  /** Number of non-empty items in the training text. */
  readonly #count: number;
  /** 1 for items held out for validation; null when none are. */
  readonly #held: Uint8Array | null;
  #empty = 0;
  #skipped = 0;

  /** Reads the training text once. @throws UnrolledError for a malformed line, and for too few items to hold one out */
  constructor(sources: Sources, split: ItemSplit, recipe: Recipe, onShare?: OnProgress) {
    const { maxTokens, validFraction, seed, skipBad = false } = recipe;
    this.#sources = sources;
    this.#split = split;
    this.#skipBad = skipBad;
    this.#maxTokens = maxTokens ?? Number.POSITIVE_INFINITY;
    this.#onShare = onShare;
    let count = 0;
    for (const _ of this.#all(sources.train, true)) count += 1;
    this.#count = count;
    this.#held = validFraction === null ? null : drawHeldOut(count, validFraction, seed);
  }

  /** The first training items, one per line. */
  get beginning(): string {
    const items: string[] = [];
    for (const item of this.training()) if (items.push(item) === BEGINNING_ITEMS) break;
    return items.join('\n');
  }

  /** The training items, before `maxTokens` is applied. */
  training(): Iterable<string> {
    return this.#part(0);
  }

  /** The tokens that `encode` trains on, without end tokens. */
  *tokens(tokenizer: ItemCodec['tokenizer']): Generator<string> {
    let length = 1;
    for (const item of this.#withProgress('counting', this.training())) {
      if (length > this.#maxTokens) return;
      const before = length;
      for (const token of tokenizer.tokenize(item)) {
        length += 1;
        yield token;
      }
      if (length > before) length += 1;
    }
  }

  /** Encodes the items of all texts. */
  encode(codec: ItemCodec): Encoded {
    const { valid, test } = this.#sources;
    const withProgress = this.#withProgress('encoding', this.training());
    const train = Corpus.encodeItems(withProgress, codec, this.#maxTokens);
    const whole = (source: Source | null) => source && Corpus.encodeItems(this.#all([source], true), codec);
    const held = this.#held && Corpus.encodeItems(this.#part(1), codec);
    return { train, valid: whole(valid) ?? held, test: whole(test) };
  }

  /** Counts the items. @param encoded the result of `encode` */
  countsOf({ train, valid, test }: Encoded): ItemCounts {
    const empty = [train, valid, test].reduce((sum, part) => sum + (part?.emptyItems ?? 0), this.#empty);
    return {
      train: train.items ?? 0,
      valid: valid?.items ?? null,
      test: test?.items ?? null,
      empty,
      skipped: this.#skipped,
    };
  }

  /** The held-out items (1) or the others (0). */
  *#part(which: 0 | 1): Generator<string> {
    let i = 0;
    for (const item of this.#all(this.#sources.train)) {
      if ((this.#held?.[i] ?? 0) === which) yield item;
      i += 1;
    }
  }

  /** All non-empty items. @param counted whether to count empty and skipped ones, in the first pass */
  *#all(sources: readonly Source[], counted: boolean = false): Generator<string> {
    for (const { name, text } of sources) {
      const splitter = itemSplitter(this.#split, { where: name, skipBad: this.#skipBad });
      for (const item of itemsOf(text, splitter)) {
        if (item !== '') yield item;
        else if (counted) this.#empty += 1;
      }
      if (counted) this.#skipped += splitter.skipped;
    }
  }

  *#withProgress(work: Work, items: Iterable<string>): Generator<string> {
    const [share, total] = [this.#onShare, this.#count];
    let done = 0;
    try {
      for (const item of items) {
        yield item;
        if (++done % PROGRESS_INTERVAL === 0 && done < total) share?.(done / total, work);
      }
    } finally {
      share?.(1, work);
    }
  }
}
