import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { ApiError } from '../api-error.ts';

export interface GateOptions {
  /** Each is allowed in; with none, everybody is. */
  readonly keys: readonly string[];
  /** Whether only this machine can connect. */
  readonly loopback: boolean;
}

/** Whether a request may come in at all. */
export class Gate {
  readonly #digests: readonly Buffer[];
  readonly #loopback: boolean;

  constructor({ keys, loopback }: GateOptions) {
    this.#digests = keys.map(digestOf);
    this.#loopback = loopback;
  }

  /** Throws for a page of somewhere else that pretends to be at home here. */
  checkHost({ headers }: IncomingMessage): void {
    if (!this.#loopback) return;
    // A name that an attacker's DNS points here (DNS rebinding) is none of these.
    const host = (headers.host ?? '').replace(/:\d+$/, '').toLowerCase();
    if (['localhost', '[::1]'].includes(host) || /^127(\.\d{1,3}){3}$/.test(host)) return;
    throw new ApiError(
      403,
      'wrong_host',
      `This server answers on this machine alone, as localhost; the request is for ${JSON.stringify(host.slice(0, 80))}.`,
    );
  }

  /** Throws without one of the keys. How long it takes doesn't depend on them. */
  checkKey({ headers }: IncomingMessage): void {
    if (this.#digests.length === 0) return;
    const [, key = ''] = /^Bearer +(.*)$/i.exec(headers.authorization ?? '') ?? [];
    const given = digestOf(key);
    let known = false;
    for (const digest of this.#digests) known = timingSafeEqual(digest, given) || known;
    if (known) return;
    throw new ApiError(
      401,
      'invalid_api_key',
      'The request has no valid key; send "Authorization: Bearer KEY".',
      {
        headers: { 'www-authenticate': 'Bearer' },
      },
    );
  }
}

/** Of equal length whatever the key, so that they can be compared in constant time. */
function digestOf(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}
