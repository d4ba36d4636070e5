/** The target of a request line. */
export interface RequestTarget {
  /** Without what stands behind a `?`. */
  readonly path: string;
  /** The authority of a target in absolute form, which counts instead of the Host header (RFC 9112, 3.2.2); else null. */
  readonly host: string | null;
}

/** Clients that believe to speak to a proxy send `http://host/path`; others `/path`. */
export function parseTarget(target: string): RequestTarget {
  const [, host, rest] = /^https?:\/\/([^/?]*)(.*)$/is.exec(target) ?? [];
  if (host === undefined) return { path: pathOf(target), host: null };
  return { path: pathOf(rest) || '/', host };
}

function pathOf(target: string): string {
  return target.split('?')[0];
}
