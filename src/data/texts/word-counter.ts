/**
 * Counts the words between white space and the line ends of a text that comes in pieces: what a model of words predicts, as in
 * the Penn Treebank files, where each newline is a token too.
 */
export class WordCounter {
  #isInWord = false;

  /** @returns how many words and newlines begin in this piece */
  push(piece: string): number {
    let words = this.#isInWord && /^\S/.test(piece) ? -1 : 0;
    for (const _ of piece.matchAll(/\S+|\n/g)) words++;
    if (piece !== '') this.#isInWord = /\S$/.test(piece);
    return words;
  }
}

/** The words between white space and the newlines of a text. */
export function countWords(text: string): number {
  return new WordCounter().push(text);
}
