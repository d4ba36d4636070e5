import type { ItemSplit } from '../../data/items/item-split.ts';
import type { ItemSplitter } from '../../data/items/item-splitter.ts';
import { itemSplitter } from '../../data/items/items-of.ts';
import type { Piece } from '../../data/texts/line-splitter.ts';

/** Cuts a text that comes in chunks into items, each a whole piece. Behind its end it takes the next text. */
export class ItemPieces {
  readonly #split: ItemSplit;
  readonly #names: readonly string[];
  /** How many texts have ended. */
  #ended = 0;
  /** Whether a text has begun: where none has, there is none to lack a header. */
  #hasText = false;
  #splitter: ItemSplitter;

  /** @param names of the texts, for errors */
  constructor(split: ItemSplit, names: readonly string[] = []) {
    this.#split = split;
    this.#names = names;
    this.#splitter = this.#next();
  }

  /** The items that this chunk completes. */
  push(chunk: string): Piece[] {
    this.#hasText = true;
    return pieces(this.#splitter.push(chunk));
  }

  /** The last items of the text; none behind the end of the last one. */
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
