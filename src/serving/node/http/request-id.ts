import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** Names the request in the response and in the server's log. */
export const REQUEST_ID = 'x-request-id';

/** An id that a header and a log line can contain unchanged. */
const PLAIN = /^[\w.-]{1,128}$/;

/** The id that the client sent if it is short and plain, otherwise a random one. */
export function requestIdOf({ headers }: Pick<IncomingMessage, 'headers'>): string {
  const given = headers[REQUEST_ID];
  return typeof given === 'string' && PLAIN.test(given) ? given : randomUUID();
}
