/** All error codes. docs/errors.md describes each and what to do about it. */
export const errorCodes = [
  // Arguments and options.
  'shape', // sizes that don't fit together
  'call-order', // a call that needs another call first
  'option-value', // one value that isn't allowed
  'option-conflict', // values that exclude each other
  'unknown-name', // a name that isn't in the list
  'usage', // a command line that can't be parsed
  'config', // an invalid model config
  'vocabulary', // an invalid vocabulary, or the wrong one
  'weights', // arrays that don't fit the model

  // Text and tokens.
  'id-range', // an id outside the vocabulary
  'token-unknown', // a token that isn't in the vocabulary
  'text-empty', // no tokens
  'text-short', // too few tokens, or too few distinct ones
  'not-utf8', // bytes that aren't UTF-8

  // Contents of files.
  'file-damaged', // an invalid or corrupted file
  'file-foreign', // a valid file of another kind
  'file-version', // written by another version
  'state-foreign', // a state of another model
  'checkpoint-foreign', // a checkpoint of another run
  'checkpoint-missing', // no checkpoint to resume from

  // Files and the system.
  'file-missing', // no such file or folder
  'file-permission', // reading or writing isn't permitted
  'file-kind', // a folder or a device instead of a file
  'file-large', // larger than what can be processed
  'file-in-use', // an output that would overwrite an input or another output
  'file-system', // any other file system error
  'disk-full', // no space left
  'address', // the server can't listen there

  // The model and the machine.
  'diverged', // NaN or infinity in training
  'not-finite', // weights or outputs of a model that aren't finite
  'memory', // not enough memory
  'backend-missing', // this machine can't run the backend
  'thread-failed', // a worker thread failed or ended, or its backend is closed

  // Several processes.
  'mpi-missing', // no usable MPI library for the processes that mpirun started
  'ranks-differ', // processes of one run that differ in version, text, options or backend
  'rank-lost', // a process of the run no longer answers
] as const;

/** The code of an error, one of `errorCodes`. */
export type ErrorCode = (typeof errorCodes)[number];

/**
 * The class of all expected errors: wrong shapes, options, files or texts, and failures of the model or the machine.
 * Any other exception is a bug in the library.
 *
 * Programs compare `code`, which stays the same across versions. The message is for people and may change; it reads
 * `where: what it got; what it needs. What to do.`
 */
export class UnrolledError extends Error {
  override readonly name = 'UnrolledError';
  /** The error code. It stays the same across versions. */
  readonly code: ErrorCode;

  /** @param options `cause`: the error that this one replaces */
  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

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
