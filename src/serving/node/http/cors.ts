import type { IncomingMessage, ServerResponse } from 'node:http';
import { UsageError } from '../../../cli/arguments/usage-error.ts';

/** Throws for what no browser names as the origin of a page, letter by letter, and would never match. */
export function checkOrigin(given: string): void {
  const origin = originOf(given);
  if (given === '*' || given === origin) return;
  const advice = origin === null ? '' : ` Write ${origin}.`;
  throw new UsageError(
    `--cors-origin: got ${JSON.stringify(given)}; it needs * or an origin, such as https://example.org.${advice}`,
  );
}

/** null where no page at this URL has one of its own; with a star in it, it is a pattern, which origins aren't. */
function originOf(url: string): string | null {
  const { origin } = URL.canParse(url) ? new URL(url) : { origin: 'null' };
  return origin === 'null' || origin.includes('*') ? null : origin;
}

/** Which pages of somewhere else a browser lets read our answers: none, unless it is said. */
export class Cors {
  readonly #origins: readonly string[];

  /** @param origins such as `https://example.org`; `*` is all */
  constructor(origins: readonly string[]) {
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

  /** Answers the question that a browser asks before. @returns whether it was one */
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
