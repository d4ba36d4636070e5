/** The longest text that is held for want of a newline, in UTF-16 units. */
const MAX_LENGTH = 2 ** 16;

/** A line of a text; one that is too long to be held comes in several pieces. */
export interface Piece {
  /** With the newline, where the piece has one. */
  readonly text: string;
  /** Whether a line begins with it, and whether one ends. */
  readonly starts: boolean;
  readonly ends: boolean;
}

/**
 * Cuts a text that comes in chunks into lines, and holds no more of it than a line.
 *
 * A line above 65,536 UTF-16 units comes in pieces that end behind whitespace, so that every word stays
 * whole, unless it is longer than that itself.
 */
export class LineSplitter {
  #rest = '';
  #starts = true;

  /** The lines that this chunk completes. */
  push(chunk: string): Piece[] {
    const lines = (this.#rest + chunk).split('\n');
    const last = lines.pop() as string;
    const pieces = lines.flatMap((line) => this.#whole(`${line}\n`));
    this.#rest = last;
    while (this.#rest.length > MAX_LENGTH) pieces.push(this.#cut());
    return pieces;
  }

  /** What is left when the text is over: a line without a newline, or nothing. */
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

/** Behind the last whitespace that is not too far on; where there is none, between two characters. */
function cutPosition(text: string): number {
  let at = MAX_LENGTH;
  while (at > 0 && !/\s/.test(text.charAt(at - 1))) at--;
  if (at > 0) return at;
  const pair = text.codePointAt(MAX_LENGTH - 1) as number;
  return pair > 0xffff ? MAX_LENGTH - 1 : MAX_LENGTH;
}
