import { checkTextLength } from '../texts/text-length.ts';
import type { ItemSplitter, SplitterOptions } from './item-splitter.ts';

/**
 * Splits chunks at LF. An incomplete line is kept as a list of chunks, each searched only once, so the time for a line is
 * proportional to its length.
 */
export class Lines {
  readonly #where: string;
  #pieces: string[] = [];
  #length = 0;

  /** @param where the name of the text, for error messages */
  constructor(where: string = 'items') {
    this.#where = where;
  }

  /** Adds a chunk; returns the lines completed by it, without LF. */
  push(chunk: string): string[] {
    const lines: string[] = [];
    let start = 0;
    for (let at = chunk.indexOf('\n'); at >= 0; at = chunk.indexOf('\n', start)) {
      this.#add(chunk.slice(start, at));
      lines.push(this.#take());
      start = at + 1;
    }
    if (start < chunk.length) this.#add(chunk.slice(start));
    return lines;
  }

  /** Ends the text; returns the last line if it has no LF. */
  end(): string[] {
    return this.#pieces.length > 0 ? [this.#take()] : [];
  }

  #add(piece: string): void {
    this.#length += piece.length;
    checkTextLength(`${this.#where}: an item`, this.#length, 'characters');
    this.#pieces.push(piece);
  }

  #take(): string {
    const line = this.#pieces.length === 1 ? this.#pieces[0] : this.#pieces.join('');
    this.#pieces = [];
    this.#length = 0;
    return line;
  }
}

/** The line without a final CR. */
export function withoutCr(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}

/** One item per line, without its line end. */
export class LineItems implements ItemSplitter {
  readonly skipped: number = 0;
  readonly #lines: Lines;

  constructor({ where }: SplitterOptions = {}) {
    this.#lines = new Lines(where);
  }

  push(chunk: string): string[] {
    return this.#lines.push(chunk).map(withoutCr);
  }

  end(): string[] {
    return this.#lines.end().map(withoutCr);
  }
}
