/** The target of a request line. */
export interface RequestTarget {
  /** The path without the query and a slash at its end. */
  readonly path: string;
  /** The query without `?`; empty for none. */
  readonly query: string;
  /** The host of a target in absolute form, which overrides the Host header (RFC 9112, 3.2.2); otherwise null. */
  readonly host: string | null;
}

/** Parses a target: `/path`, or `http://host/path` from clients that use a proxy. */
export function parseTarget(target: string): RequestTarget {
  const [, host = null, rest = target] = /^https?:\/\/([^/?]*)(.*)$/is.exec(target) ?? [];
  const [path, ...query] = rest.split('?');
  const whole = host === null ? path : path || '/';
  return { path: whole.replace(/(.)\/$/, '$1'), query: query.join('?'), host };
}
