/** The code of every error, for programs; `docs/errors.md` says what to do about each. */
export const errorCodes = [
  // What the caller gives: arguments and options.
  'shape', // sizes that don't fit together
  'call-order', // a call that needs another one before it
  'option-value', // one value that isn't allowed
  'option-conflict', // values that exclude each other
  'unknown-name', // a name that isn't one of a list
  'usage', // a command line that can't be parsed
  'config', // no valid config of a model
  'vocabulary', // no valid vocabulary, or another one than needed
  'weights', // arrays that don't fit the model

  // Text and tokens.
  'id-range', // an id outside the vocabulary
  'token-unknown', // a token that the vocabulary lacks
  'text-empty', // no token
  'text-short', // too few tokens, or too few different ones
  'not-utf8', // bytes that aren't UTF-8

  // What a file holds.
  'file-damaged', // it breaks its format
  'file-foreign', // intact, but of another kind
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
  'file-system', // any other answer of the system about a file
  'disk-full', // no space left
  'address', // the server can't listen there

  // The model and the machine.
  'diverged', // training left the finite numbers
  'not-finite', // weights or outputs of a model that aren't finite
  'memory', // not enough memory
  'backend-missing', // this machine can't run the backend
  'thread-failed', // a worker thread failed or ended, or its backend is closed
] as const;

export type ErrorCode = (typeof errorCodes)[number];

/**
 * Every error that the library expects: wrong shapes, files, options or text, and a model or machine that
 * fails. Any other exception is a bug in the library.
 *
 * `code` is for programs and stays the same from version to version. The message is for people: it reads
 * `where: what it got; what it needs. What to do.`, and may change.
 */
export class UnrolledError extends Error {
  override readonly name = 'UnrolledError';
  readonly code: ErrorCode;

  /** @param options `cause`, where this error replaces another one */
  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
