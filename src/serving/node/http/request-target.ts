/** The target of a request line. */
export interface RequestTarget {
  /** The path without the query and a slash at its end. */
  readonly path: string;
  /** The host of a target in absolute form, which overrides the Host header (RFC 9112, 3.2.2); otherwise null. */
  readonly host: string | null;
}

/** Parses a target: `/path`, or `http://host/path` from clients that use a proxy. */
export function parseTarget(target: string): RequestTarget {
  const [, host, rest] = /^https?:\/\/([^/?]*)(.*)$/is.exec(target) ?? [];
  if (host === undefined) return { path: pathOf(target), host: null };
  return { path: pathOf(rest) || '/', host };
}

function pathOf(target: string): string {
  return target.split('?')[0].replace(/(.)\/$/, '$1');
}
