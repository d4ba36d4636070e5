import type { ServerResponse } from 'node:http';

const HEADER = 'x-unrolled-ignored';
/** Maximum number of names in the header, and characters of a name. */
const [NAMES, CHARACTERS] = [16, 64];

/** Adds a field to the header that names the ignored fields of a request. Names may have any characters; the header may not. */
export function nameIgnored(response: ServerResponse, name: string): void {
  const named = response.getHeader(HEADER);
  const names = named === undefined ? [] : String(named).split(', ');
  if (names.length > NAMES) return;
  const safe = name.slice(0, CHARACTERS).replace(/[^\w.-]/g, '?') || '?';
  response.setHeader(HEADER, [...names, names.length === NAMES ? '...' : safe].join(', '));
}
