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
  /** Whether to leave out and count what can't be read, instead of throwing. The error suggests it only if this is false, not undefined. */
  readonly skipBad?: boolean;
}

/** A line or row that can't be read, where `skipBad` would leave it out. */
export class BadLineError extends UnrolledError {
  readonly #what: string;

  constructor(what: string, option: string = 'skipBad') {
    super('file-damaged', `${what} Correct it, or leave out such lines with ${option}.`);
    this.#what = what;
  }

  /** The same error with another name for the option, such as a flag. */
  spelled(option: string): BadLineError {
    return new BadLineError(this.#what, option);
  }
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

  /** @param what what is wrong with the line, and what it needs */
  add(line: number, what: string): void {
    if (this.#skip) this.#skipped += 1;
    else if (this.#skip === false) throw new BadLineError(`${this.#where}, line ${line}: ${what}`);
    else throw this.error(line, `${what} Correct it.`);
  }

  /** An error that nothing skips. */
  error(line: number, what: string): UnrolledError {
    return new UnrolledError('file-damaged', `${this.#where}, line ${line}: ${what}`);
  }
}
