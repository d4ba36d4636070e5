import type { IncomingMessage, ServerResponse } from 'node:http';
import { UnrolledError } from '../../../errors.ts';

/** Throws for what no browser sends as the origin of a page, character by character, and would never match. */
export function checkOrigin(given: string): void {
  const origin = originOf(given);
  if (given === '*' || given === origin) return;
  const advice = origin === null ? '' : ` Write ${origin}.`;
  throw new UnrolledError(
    'option-value',
    `corsOrigins: got ${JSON.stringify(given)}; it needs * or an origin, such as https://example.org.${advice}`,
  );
}

/** null where pages at this URL have no origin of their own, and for a pattern with a star. */
function originOf(url: string): string | null {
  const { origin } = URL.canParse(url) ? new URL(url) : { origin: 'null' };
  return origin === 'null' || origin.includes('*') ? null : origin;
}

/** Which pages of other origins a browser lets read the answers: none by default. */
export class Cors {
  readonly #origins: readonly string[];

  /** @param origins such as `https://example.org`; `*` is all. Throws as `checkOrigin` does */
  constructor(origins: readonly string[]) {
    for (const origin of origins) checkOrigin(origin);
    this.#origins = origins;
  }

  /** Marks the answer as readable for an allowed page. */
  mark({ headers: { origin } }: IncomingMessage, response: ServerResponse): void {
    if (this.#origins.length === 0) return;
    const all = this.#origins.includes('*');
    response.setHeader('vary', 'origin');
    if (origin === undefined || !(all || this.#origins.includes(origin))) return;
    response.setHeader('access-control-allow-origin', all ? '*' : origin);
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
