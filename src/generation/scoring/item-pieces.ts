import type { ItemSplit } from '../../data/items/item-split.ts';
import { itemSplitter } from '../../data/items/items-of.ts';
import type { Piece } from '../../data/texts/line-splitter.ts';

/** Cuts a text that comes in chunks into items, each a whole piece. Behind its end it takes the next text. */
export class ItemPieces {
  readonly #split: ItemSplit;
  #splitter: ReturnType<typeof itemSplitter>;

  constructor(split: ItemSplit) {
    this.#split = split;
    this.#splitter = itemSplitter(split);
  }

  /** The items that this chunk completes. */
  push(chunk: string): Piece[] {
    return pieces(this.#splitter.push(chunk));
  }

  /** The last items of the text. */
  end(): Piece[] {
    const last = this.#splitter.end();
    this.#splitter = itemSplitter(this.#split);
    return pieces(last);
  }
}

function pieces(items: Iterable<string>): Piece[] {
  return Array.from(items, (text) => ({ text, starts: true, ends: true }));
}
