import type { IncomingMessage, ServerResponse } from 'node:http';

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
