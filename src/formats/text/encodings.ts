import { UnrolledError } from '../../errors.ts';
import { whatIsThis } from '../what-is-this.ts';

/** Byte order marks of encodings other than UTF-8, the longer ones first. */
const MARKS: readonly (readonly [encoding: string, mark: readonly number[]])[] = [
  ['UTF-32LE', [0xff, 0xfe, 0, 0]],
  ['UTF-32BE', [0, 0, 0xfe, 0xff]],
  ['GB18030', [0x84, 0x31, 0x95, 0x33]],
  ['UTF-16LE', [0xff, 0xfe]],
  ['UTF-16BE', [0xfe, 0xff]],
];

/** The encoding that a byte order mark at the start names; null for UTF-8 and for none. */
export function markedEncoding(bytes: Uint8Array): string | null {
  return MARKS.find(([, mark]) => mark.every((byte, i) => bytes[i] === byte))?.[0] ?? null;
}

/** The error for bytes whose byte order mark names another encoding. */
export function otherEncoding(where: string, encoding: string): UnrolledError {
  return new UnrolledError(
    'not-utf8',
    `${where}: the text is ${encoding} by its byte order mark; it needs UTF-8. Convert it: ${iconv(encoding, where)}`,
  );
}

/** The error for bytes of which a tenth or more are NUL. @param share of them all */
export function manyNuls(where: string, bytes: Uint8Array, share: number): UnrolledError {
  const other = namedOtherwise(where, bytes);
  if (other) return other;
  const encoding = wideEncoding(bytes);
  return new UnrolledError(
    'not-utf8',
    `${where}: ${Math.round(100 * share)}% of its bytes are NUL bytes: ${encoding.slice(0, 6)}? A text needs UTF-8. ` +
      `Convert it: ${iconv(encoding, where)}`,
  );
}

/** The error for bytes that are no UTF-8, of which `before` bytes of the text come before. */
export function notUtf8(where: string, bytes: Uint8Array, before: number = 0): UnrolledError {
  const other = before === 0 ? namedOtherwise(where, bytes) : null;
  if (other) return other;
  const at = brokenCharacter(bytes);
  const byte = bytes[at].toString(16).padStart(2, '0');
  return new UnrolledError(
    'not-utf8',
    `${where}: the text is not UTF-8 from byte ${before + at} (0x${byte}) on; it needs UTF-8. Convert it.`,
  );
}

/** The error that names a file of another kind: an archive, a program, a model. */
function namedOtherwise(where: string, bytes: Uint8Array): UnrolledError | null {
  const found = whatIsThis(bytes);
  if (found === null || found.isText || found.name.startsWith('text in ')) return null;
  return new UnrolledError(
    'not-utf8',
    `${where}: this is ${found.name}; it needs a text in UTF-8. ${found.advice}.`,
  );
}

/** What a text with so many NUL bytes may be, by where they stand: U+0061 is 61 00 in UTF-16LE. */
function wideEncoding(bytes: Uint8Array): string {
  const zeros = [0, 0, 0, 0];
  const start = bytes.subarray(0, 2 ** 16);
  for (let at = 0; at < start.length; at++) if (start[at] === 0) zeros[at % 4]++;
  const [first, second, third, fourth] = zeros;
  const quarter = start.length / 4;
  const isWide = second + third > 1.5 * quarter;
  if (isWide && first + fourth > quarter / 2) return first > fourth ? 'UTF-32BE' : 'UTF-32LE';
  return first + third > second + fourth ? 'UTF-16BE' : 'UTF-16LE';
}

function iconv(encoding: string, where: string): string {
  const file = where === 'standard input' ? 'FILE' : where;
  const quoted = /^[\w./+-]+$/.test(file) ? file : `'${file.replaceAll("'", "'\\''")}'`;
  return `iconv -f ${encoding} -t UTF-8 ${quoted} > new.txt`;
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
