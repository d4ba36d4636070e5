import type { IncomingMessage, ServerResponse } from 'node:http';
import { UnrolledError } from '../../../errors.ts';
import { REQUEST_ID } from './request-id.ts';

/** Throws for a value that a browser would never send as an origin. */
export function checkOrigin(given: string): void {
  const origin = originOf(given);
  if (given === '*' || given === origin) return;
  const advice = origin === null ? '' : ` Use ${origin}.`;
  throw new UnrolledError(
    'option-value',
    `corsOrigins: got ${JSON.stringify(given)}; it must be * or an origin such as https://example.org.${advice}`,
  );
}

/** The origin of a URL; null for URLs with an opaque origin or a wildcard. */
function originOf(url: string): string | null {
  const { origin } = URL.canParse(url) ? new URL(url) : { origin: 'null' };
  return origin === 'null' || origin.includes('*') ? null : origin;
}

/** Headers of responses that a page may read, beside those that CORS always allows. */
const EXPOSED = [REQUEST_ID, 'retry-after', 'x-unrolled-ignored'].join(', ');

/** CORS headers: the origins whose pages may read responses; none by default. */
export class Cors {
  readonly #origins: readonly string[];

  /** @param origins allowed origins, such as `https://example.org`; `*` allows all. Throws as `checkOrigin` does */
  constructor(origins: readonly string[]) {
    for (const origin of origins) checkOrigin(origin);
    this.#origins = origins;
  }

  /** Adds the CORS headers of a response. */
  mark({ headers: { origin } }: IncomingMessage, response: ServerResponse): void {
    if (this.#origins.length === 0) return;
    const all = this.#origins.includes('*');
    response.appendHeader('vary', 'origin');
    if (origin === undefined || !(all || this.#origins.includes(origin))) return;
    response.setHeader('access-control-allow-origin', all ? '*' : origin);
    response.setHeader('access-control-expose-headers', EXPOSED);
  }

  /** Answers a preflight request. @returns whether it was one */
  answer(request: IncomingMessage, response: ServerResponse): boolean {
    if (this.#origins.length === 0 || request.method !== 'OPTIONS') return false;
    response.writeHead(204, {
      'access-control-allow-methods': 'GET, POST',
      'access-control-allow-headers': request.headers['access-control-request-headers'] ?? '',
      'access-control-max-age': '600',
    });
    response.end();
    return true;
  }
}
