import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { UnrolledError } from '../../../errors.ts';
import { ApiError } from '../../api-error.ts';
import { parseTarget } from './request-target.ts';

export interface AccessCheckOptions {
  /** Accepted API keys; when empty, no key is needed. */
  readonly keys: readonly string[];
  /** The address that the server is bound to. */
  readonly host: string;
  /** Names that are accepted as Host although the server is bound to a loopback address. */
  readonly allowedHosts: readonly string[];
}

/** Checks the Host header and the API key of requests. */
export class AccessCheck {
  readonly #digests: readonly Buffer[];
  readonly #loopback: boolean;
  readonly #allowedHosts: ReadonlySet<string>;

  constructor({ keys, host, allowedHosts }: AccessCheckOptions) {
    for (const name of allowedHosts) checkHostName(name);
    this.#digests = keys.map(digestOf);
    this.#loopback = isLoopback(host);
    this.#allowedHosts = new Set(allowedHosts.map((name) => name.toLowerCase()));
  }

  /**
   * Throws for a Host header that is missing, repeated or malformed and, when bound to a loopback address, for one that names
   * another host.
   */
  checkHost(request: IncomingMessage): void {
    const host = hostOf(request);
    if (!this.#loopback || host === null) return;
    // Protects against DNS rebinding, where an attacker's name resolves to this machine.
    const name = host.replace(/:\d*$/, '').toLowerCase();
    if (isLoopback(name.replace(/^\[(.*)\]$/, '$1')) || this.#allowedHosts.has(name)) return;
    throw new ApiError(
      403,
      'wrong_host',
      `The Host header is ${JSON.stringify(name.slice(0, 80))}; this server accepts only localhost. Use that name, or allow yours with --allow-host.`,
    );
  }

  /** Throws without a valid key. Runs in constant time. @returns a digest of the key; null if no key is needed */
  checkKey({ headers }: IncomingMessage): string | null {
    if (this.#digests.length === 0) return null;
    const [, key = ''] = /^Bearer +(.*)$/i.exec(headers.authorization ?? '') ?? [];
    const given = digestOf(key);
    let known = false;
    for (const digest of this.#digests) known = timingSafeEqual(digest, given) || known;
    if (known) return given.toString('base64');
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

/** Throws for a value that is no host name, such as one with a port. */
export function checkHostName(given: string): void {
  if (/^[\w-]+(\.[\w-]+)*\.?$/.test(given)) return;
  throw new UnrolledError(
    'option-value',
    `allowedHosts: got ${JSON.stringify(given)}; it must be a host name without a port, such as models.example.org.`,
  );
}

/** A host name or address with an optional port (RFC 3986, 3.2.2); may be empty. */
const HOST = /^[\w.~!$&'()*+,;=%:[\]-]*$/;

/** The host of a request; null in HTTP/1.0 without one. Throws as `checkHost` does. */
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
      `The host is ${JSON.stringify((odd ?? '').slice(0, 80))}; it must be a valid name.`,
    );
  }
  return named ?? given[0] ?? null;
}

function badHost(code: string, message: string): ApiError {
  return new ApiError(400, code, `${message} Send "Host: localhost".`, { headers: { connection: 'close' } });
}

/** A digest of fixed length, for comparison in constant time. */
function digestOf(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}

/** Whether the address is a loopback address. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}
