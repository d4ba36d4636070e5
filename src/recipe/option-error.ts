import { type ErrorCode, UnrolledError } from '../errors.ts';

/** Spells the name of an option: `forgetBias`, or on a command line `--forget-bias`. */
export type NameOf = (option: string) => string;

/** An error about options. Its message has the library's names; another front end spells it with its own. */
export class OptionError extends UnrolledError {
  readonly #words: (nameOf: NameOf) => string;
  readonly #where: string | null;

  /**
   * @param words the message without `where:`, in which every option is spelled by `nameOf`
   * @param where what the message begins with. Default `recipe`, which a front end may replace
   */
  constructor(code: ErrorCode, words: (nameOf: NameOf) => string, where: string | null = null) {
    super(code, `${where ?? 'recipe'}: ${words((option) => option)}`);
    this.#words = words;
    this.#where = where;
  }

  /** The same error with the names of another front end. */
  spelled(nameOf: NameOf, where: string): UnrolledError {
    return new UnrolledError(this.code, `${this.#where ?? where}: ${this.#words(nameOf)}`, { cause: this });
  }
}
