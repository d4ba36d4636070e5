import { UnrolledError } from '../../errors.ts';
import type { Json } from '../../models/model-file.ts';
import type { JsonMembers } from './config-json.ts';

/** The object of a JSON file. Throws UnrolledError `file-damaged` for anything else. */
export function readMembers(where: string, bytes: Uint8Array): JsonMembers {
  const value = parsed(bytes);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonMembers;
  throw new UnrolledError(
    'file-damaged',
    `${where}: the file is not a JSON object; it must be one, in UTF-8. Use another copy of the file.`,
  );
}

function parsed(bytes: Uint8Array): Json {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return null;
  }
}

/**
 * The path of the first member of `needed` that a value lacks or has otherwise, such as `unrolled.hiddenSize`; null for none. Objects
 * within `needed` must have no other members.
 */
export function differenceOf(value: JsonMembers, needed: JsonMembers): string | null {
  for (const [name, member] of Object.entries(needed)) {
    const found = Object.hasOwn(value, name) ? value[name] : undefined;
    const path = difference(found, member, name);
    if (path !== null) return path;
  }
  return null;
}

/** `differenceOf` for any value, whose path is given. */
export function difference(found: Json | undefined, needed: Json, path: string): string | null {
  if (typeof needed !== 'object' || needed === null) return found === needed ? null : path;
  if (typeof found !== 'object' || found === null || Array.isArray(found) !== Array.isArray(needed))
    return path;
  const [a, b] = [found as JsonMembers, needed as JsonMembers];
  const more = Object.keys(a).find((name) => !Object.hasOwn(b, name));
  if (more !== undefined) return `${path}.${more.slice(0, 60)}`;
  const inner = differenceOf(a, b);
  return inner === null ? null : `${path}.${inner}`;
}
