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
  /** Leaves out and counts what can't be read, in place of an error. Default false. */
  readonly skipBad?: boolean;
}

/** Counts the lines or rows that can't be read, or throws at the first of them. */
export class BadLines {
  readonly #where: string;
  readonly #skip: boolean;
  #skipped = 0;

  constructor({ where = 'items', skipBad = false }: SplitterOptions) {
    this.#where = where;
    this.#skip = skipBad;
  }

  get skipped(): number {
    return this.#skipped;
  }

  /** @param what what is wrong with it, and what it needs */
  add(line: number, what: string): void {
    if (!this.#skip) throw this.error(line, `${what} Mend it, or skip bad lines.`);
    this.#skipped += 1;
  }

  /** An error that nothing skips. */
  error(line: number, what: string): UnrolledError {
    return new UnrolledError('file-damaged', `${this.#where}, line ${line}: ${what}`);
  }
}
