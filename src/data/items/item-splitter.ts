import { OptionError, UnrolledError } from '../../errors.ts';

/** Splits one text, which comes in chunks, into items. Buffers at most one item. */
export interface ItemSplitter {
  /** Adds a chunk; returns the items completed by it. An item may be empty. */
  push(chunk: string): string[];
  /** Ends the text; returns the remaining items. */
  end(): string[];
  /** Number of invalid lines or rows skipped; 0 without `skipBad`. */
  readonly skipped: number;
}

/** Options of `itemSplitter`. */
export interface SplitterOptions {
  /** The name of the text, for errors. Default `items`. */
  readonly where?: string;
  /** Whether to skip and count invalid lines or rows instead of throwing. The error suggests this option only if it is false, not undefined. */
  readonly skipBad?: boolean;
}

/** Counts invalid lines or rows, or throws at the first one. */
export class BadLines {
  readonly #where: string;
  readonly #skip: boolean | undefined;
  #skipped = 0;

  constructor({ where = 'items', skipBad }: SplitterOptions) {
    this.#where = where;
    this.#skip = skipBad;
  }

  get skipped(): number {
    return this.#skipped;
  }

  /** @param what what is wrong with the line, and what it must have */
  add(line: number, what: string): void {
    if (this.#skip) this.#skipped += 1;
    else if (this.#skip === false) throw this.#skippable(line, what);
    else throw this.error(line, `${what} Correct it.`);
  }

  /** The error for an invalid line or row that `skipBad` would skip. */
  #skippable(line: number, what: string): OptionError {
    return new OptionError(
      'file-damaged',
      (nameOf) => `${what} Correct it, or skip such lines with ${nameOf('skipBad')}.`,
      `${this.#where}, line ${line}`,
    );
  }

  /** An error that is thrown even with `skipBad`. */
  error(line: number, what: string): UnrolledError {
    return new UnrolledError('file-damaged', `${this.#where}, line ${line}: ${what}`);
  }
}
