import { printable } from '../../../data/texts/printable.ts';
import { UnrolledError } from '../../../errors.ts';
import { printNotice } from '../../terminal/streams.ts';

/** Prints the reason for a status 500 to stderr. */
export function logFailure(error: unknown, requestId: string): void {
  const which = `serve: request ${requestId} failed`;
  if (error instanceof UnrolledError && error.code !== 'thread-failed') {
    printNotice(`${which}: ${printable(error.message)}`);
    return;
  }
  const stack = error instanceof Error ? error.stack : String(error);
  printNotice(`${which}.\n${stack}\nThis is a bug in unrolled, not in the request. Please report it.`);
}

/** Prints a warning of the server to stderr. */
export function logWarning(message: string): void {
  printNotice(`serve: ${message}`);
}
