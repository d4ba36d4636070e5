import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { UnrolledError } from '../../errors.ts';
import { fileError } from '../../formats/file-error.ts';
import type { SourceText } from '../../recipe/training-data.ts';
import { displayName, isStandardInput, readStandardInput } from './standard-input.ts';

/** The longest string of V8, in UTF-16 units. */
const MAX_TEXT = 2 ** 29 - 24;

/** `-` is standard input. Throws UnrolledError when the file can't be read. */
export function readBytes(path: string): Uint8Array {
  try {
    return isStandardInput(path) ? readStandardInput() : readFileSync(path);
  } catch (error) {
    throw fileError(displayName(path), error);
  }
}

/** A text, named without its folder. Throws UnrolledError when the file can't be read, is empty or is not UTF-8. */
export function readText(path: string): SourceText {
  const bytes = readBytes(path);
  if (bytes.length === 0) throw emptyText(path);
  if (bytes.length > MAX_TEXT) {
    throw new UnrolledError(
      'file-large',
      `${displayName(path)}: the file has ${bytes.length} bytes; texts up to ${MAX_TEXT} are read. Use a part of it.`,
    );
  }
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { name: basename(path), text: decode(bytes, path), sha256, bytes: bytes.length };
}

/** The error for a file without a byte. */
export function emptyText(path: string): UnrolledError {
  return new UnrolledError(
    'text-empty',
    `${displayName(path)}: the file is empty; it needs text. Give another file.`,
  );
}

function decode(bytes: Uint8Array, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw notUtf8(displayName(path), bytes);
  }
}

/** The error for bytes that are no UTF-8, of which `before` bytes of the text come before. */
export function notUtf8(path: string, bytes: Uint8Array, before: number = 0): UnrolledError {
  const at = brokenCharacter(bytes);
  const byte = bytes[at].toString(16).padStart(2, '0');
  return new UnrolledError(
    'not-utf8',
    `${path}: the text is not UTF-8 from byte ${before + at} (0x${byte}) on; it needs UTF-8. Convert it.`,
  );
}

/** Where the first character begins that is not UTF-8. */
function brokenCharacter(bytes: Uint8Array): number {
  let good = 0;
  let bad = bytes.length + 1;
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (isUtf8(bytes.subarray(0, middle), true)) good = middle;
    else bad = middle;
  }
  while (!isUtf8(bytes.subarray(0, good), false)) good--;
  return good;
}

/** @param open whether the last character may be unfinished */
function isUtf8(bytes: Uint8Array, open: boolean): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: open });
    return true;
  } catch {
    return false;
  }
}
