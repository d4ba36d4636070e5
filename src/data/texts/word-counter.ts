import { isSpace, wordsAndNewlines } from './words.ts';

/**
 * Counts the white-space-separated words and the newlines of a text that comes in chunks: the tokens of a word model, as in
 * Penn Treebank, where each newline is a token.
 */
export class WordCounter {
  #isInWord = false;

  /** @returns the number of words and newlines that begin in this chunk */
  push(piece: string): number {
    if (piece === '') return 0;
    let words = this.#isInWord && !isSpace(piece.charCodeAt(0)) ? -1 : 0;
    for (const _ of wordsAndNewlines(piece)) words++;
    this.#isInWord = !isSpace(piece.charCodeAt(piece.length - 1));
    return words;
  }
}

/** The number of white-space-separated words and newlines of a text. */
export function countWords(text: string): number {
  return new WordCounter().push(text);
}
