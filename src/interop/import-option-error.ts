import { type ErrorCode, UnrolledError } from '../errors.ts';

/** How a front end names the options of an import. */
export interface OptionNames {
  /** The option that gives a role to an array. */
  map(role: string, name: string): string;
  /** The option or options that give a vocabulary. */
  readonly vocabulary: string;
}

const libraryNames: OptionNames = {
  map: (role, name) => `map: { ${JSON.stringify(role)}: ${JSON.stringify(name)} }`,
  vocabulary: 'codec',
};

/** An error that an option of `importModel` resolves. Its message names the option; `spelled` names the flag of another front end. */
export class ImportOptionError extends UnrolledError {
  readonly #words: (names: OptionNames) => string;

  /** @param words makes the message */
  constructor(code: ErrorCode, words: (names: OptionNames) => string) {
    super(code, words(libraryNames));
    this.#words = words;
  }

  /** The same error with the option names of another front end. */
  spelled(names: OptionNames): UnrolledError {
    return new UnrolledError(this.code, this.#words(names), { cause: this });
  }
}
