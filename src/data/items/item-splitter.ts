import { UnrolledError } from '../../errors.ts';

/** Cuts one text, which comes in chunks, into items. It holds no more of the text than an item. */
export interface ItemSplitter {
  /** The items that this chunk completes. An item may be empty. */
  push(chunk: string): string[];
  /** The items that are left at the end of the text. */
  end(): string[];
  /** How many lines or rows were left out because they could not be read: none unless asked for. */
  readonly skipped: number;
}

export interface SplitterOptions {
  /** The name of the text, for errors. Default `items`. */
  readonly where?: string;
  /** Leaves out and counts what can't be read, in place of an error, which speaks of it where false is given. Default: an error. */
  readonly skipBad?: boolean;
}

/** Counts the lines or rows that can't be read, or throws at the first of them. */
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

  /** @param what what is wrong with it, and what it needs */
  add(line: number, what: string): void {
    if (this.#skip) this.#skipped += 1;
    else throw this.error(line, `${what} Mend it${this.#skip === false ? ', or skip bad lines' : ''}.`);
  }

  /** An error that nothing skips. */
  error(line: number, what: string): UnrolledError {
    return new UnrolledError('file-damaged', `${this.#where}, line ${line}: ${what}`);
  }
}
