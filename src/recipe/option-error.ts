import { type ErrorCode, UnrolledError } from '../errors.ts';

/** Spells an option's name for a front end: `forgetBias` in the library, `--forget-bias` on the command line. */
export type NameOf = (option: string) => string;

/** An error about options. Its message uses the library's option names; `spelled` replaces them for another front end. */
export class OptionError extends UnrolledError {
  readonly #words: (nameOf: NameOf) => string;
  readonly #where: string | null;

  /**
   * @param words makes the message without `where:` from a function that spells option names
   * @param where the start of the message. Default `recipe`, which `spelled` replaces
   */
  constructor(code: ErrorCode, words: (nameOf: NameOf) => string, where: string | null = null) {
    super(code, `${where ?? 'recipe'}: ${words((option) => option)}`);
    this.#words = words;
    this.#where = where;
  }

  /**
   * The same error with the option names of another front end.
   * @param nameOf spells option names
   * @param where the start of the message
   */
  spelled(nameOf: NameOf, where: string): UnrolledError {
    return new UnrolledError(this.code, `${this.#where ?? where}: ${this.#words(nameOf)}`, { cause: this });
  }
}
