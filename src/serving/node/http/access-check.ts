import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { ApiError } from '../../api-error.ts';
import { parseTarget } from './request-target.ts';

export interface AccessCheckOptions {
  /** Each is accepted; with none, no key is needed. */
  readonly keys: readonly string[];
  /** The address that the server is bound to. */
  readonly host: string;
}

/** Whether a request is allowed at all. */
export class AccessCheck {
  readonly #digests: readonly Buffer[];
  readonly #loopback: boolean;

  constructor({ keys, host }: AccessCheckOptions) {
    this.#digests = keys.map(digestOf);
    this.#loopback = isLoopback(host);
  }

  /**
   * Throws for a page of another site that reaches this machine by a name of its own, and for a Host header that is
   * missing, repeated or malformed.
   */
  checkHost(request: IncomingMessage): void {
    const host = hostOf(request);
    if (!this.#loopback || host === null) return;
    // A name that an attacker's DNS points here (DNS rebinding) is none of these.
    const name = host.replace(/:\d*$/, '').toLowerCase();
    if (isLoopback(name.replace(/^\[(.*)\]$/, '$1'))) return;
    throw new ApiError(
      403,
      'wrong_host',
      `The request is for ${JSON.stringify(name.slice(0, 80))}; this server answers only to localhost. Use that name.`,
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
      'The request has no valid API key. Send "Authorization: Bearer KEY".',
      {
        headers: { 'www-authenticate': 'Bearer' },
      },
    );
  }
}

/** The characters of a name or an address with a port (RFC 3986, 3.2.2); empty where the client has none. */
const HOST = /^[\w.~!$&'()*+,;=%:[\]-]*$/;

/** The host that a request is for; null in HTTP/1.0 without one. Throws as `checkHost` does. */
function hostOf({ url = '', httpVersion, headersDistinct }: IncomingMessage): string | null {
  const given = headersDistinct.host ?? [];
  const { host: named } = parseTarget(url);
  if (given.length === 0 && httpVersion === '1.1') {
    throw badHost('missing_host', 'The request has no Host header; HTTP/1.1 needs one.');
  }
  if (given.length > 1) {
    throw badHost('invalid_host', `The request has ${given.length} Host headers; it needs one.`);
  }
  const odd = [...given, ...(named === null ? [] : [named])].find((host) => !HOST.test(host));
  if (odd !== undefined || named === '') {
    throw badHost(
      'invalid_host',
      `The host is ${JSON.stringify((odd ?? '').slice(0, 80))}; it needs a name.`,
    );
  }
  return named ?? given[0] ?? null;
}

function badHost(code: string, message: string): ApiError {
  return new ApiError(400, code, `${message} Send "Host: localhost".`, { headers: { connection: 'close' } });
}

/** Of equal length whatever the key, so that they can be compared in constant time. */
function digestOf(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}

/** Whether only this machine can reach the address. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}
