/**
 * A mistake in what the caller gave: shapes, files, options, text.
 *
 * The message reads `where: what it got; what it needs. What to do.`, so that it can be shown to
 * a user as it is. Anything else that is thrown is a fault of ours.
 */
export class UnrolledError extends Error {
  override readonly name = 'UnrolledError';
}
