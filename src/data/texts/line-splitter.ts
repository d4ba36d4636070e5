import { lastSpace } from './words.ts';

/** Maximum length of a buffered line without a newline, in UTF-16 units. */
const MAX_LENGTH = 2 ** 16;

/** A line of a text, or a piece of a line that is too long to buffer. */
export interface Piece {
  /** With the newline, if the piece has one. */
  readonly text: string;
  /** Whether it is the first piece of its line. */
  readonly starts: boolean;
  /** Whether it is the last piece of its line. */
  readonly ends: boolean;
}

/**
 * Splits a text that comes in chunks into lines. Buffers at most one line.
 *
 * A line above 65,536 UTF-16 units is split into pieces after white space, so that no shorter word is split.
 */
export class LineSplitter {
  #rest = '';
  #starts = true;

  /** Adds a chunk; returns the lines completed by it. */
  push(chunk: string): Piece[] {
    const lines = (this.#rest + chunk).split('\n');
    const last = lines.pop() as string;
    const pieces = lines.flatMap((line) => this.#whole(`${line}\n`));
    this.#rest = last;
    while (this.#rest.length > MAX_LENGTH) pieces.push(this.#cut());
    return pieces;
  }

  /** Ends the text; returns the last line if it has no newline. */
  end(): Piece[] {
    const last = this.#rest;
    if (last === '' && this.#starts) return [];
    return this.#whole(last);
  }

  #whole(line: string): Piece[] {
    this.#rest = line;
    const pieces: Piece[] = [];
    while (this.#rest.length > MAX_LENGTH + 1) pieces.push(this.#cut());
    pieces.push({ text: this.#rest, starts: this.#starts, ends: true });
    this.#rest = '';
    this.#starts = true;
    return pieces;
  }

  #cut(): Piece {
    const at = cutPosition(this.#rest);
    const piece = { text: this.#rest.slice(0, at), starts: this.#starts, ends: false };
    this.#rest = this.#rest.slice(at);
    this.#starts = false;
    return piece;
  }
}

/** Position after the last white space within the limit; if there is none, the limit, moved before a surrogate pair. */
function cutPosition(text: string): number {
  const at = lastSpace(text.slice(0, MAX_LENGTH)) + 1;
  if (at > 0) return at;
  const pair = text.codePointAt(MAX_LENGTH - 1) as number;
  return pair > 0xffff ? MAX_LENGTH - 1 : MAX_LENGTH;
}
