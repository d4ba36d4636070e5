import type { ItemSplit } from '../../data/items/item-split.ts';
import type { ItemSplitter } from '../../data/items/item-splitter.ts';
import { itemSplitter } from '../../data/items/items-of.ts';
import type { Piece } from '../../data/texts/line-splitter.ts';

/** Splits texts that come in chunks into items, each a complete piece. After the end of a text the next one may follow. */
export class ItemPieces {
  readonly #split: ItemSplit;
  readonly #names: readonly string[];
  /** Number of texts that have ended. */
  #ended = 0;
  /** Whether a text has begun; otherwise a missing header is no error. */
  #hasText = false;
  #splitter: ItemSplitter;

  /** @param names of the texts, for error messages */
  constructor(split: ItemSplit, names: readonly string[] = []) {
    this.#split = split;
    this.#names = names;
    this.#splitter = this.#next();
  }

  /** Adds a chunk; returns the items completed by it. */
  push(chunk: string): Piece[] {
    this.#hasText = true;
    return pieces(this.#splitter.push(chunk));
  }

  /** Ends the text; returns its remaining items. */
  end(): Piece[] {
    const last = this.#hasText ? this.#splitter.end() : [];
    this.#hasText = false;
    this.#ended += 1;
    this.#splitter = this.#next();
    return pieces(last);
  }

  #next(): ItemSplitter {
    const where = this.#names[this.#ended];
    return itemSplitter(this.#split, where === undefined ? {} : { where });
  }
}

function pieces(items: Iterable<string>): Piece[] {
  return Array.from(items, (text) => ({ text, starts: true, ends: true }));
}
