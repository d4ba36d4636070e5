import { type NameOf, OptionError, UnrolledError } from '../../errors.ts';
import { identifyFile } from '../identify-file.ts';
import type { Decoder } from './decoders.ts';
import { likelyEncoding, looksLikeUtf8 } from './likely-encoding.ts';

/** Byte order marks, longest first. */
const MARKS: readonly (readonly [encoding: string, mark: readonly number[]])[] = [
  ['UTF-32LE', [0xff, 0xfe, 0, 0]],
  ['UTF-32BE', [0, 0, 0xfe, 0xff]],
  ['GB18030', [0x84, 0x31, 0x95, 0x33]],
  ['UTF-8', [0xef, 0xbb, 0xbf]],
  ['UTF-16LE', [0xff, 0xfe]],
  ['UTF-16BE', [0xfe, 0xff]],
];

/** The encoding of a byte order mark at the start; null if there is none. */
export function bomEncoding(bytes: Uint8Array): string | null {
  return MARKS.find(([, mark]) => mark.every((byte, i) => bytes[i] === byte))?.[0] ?? null;
}

/** Throws for a byte order mark of an unsupported encoding. */
export function refuseBom(where: string, encoding: string): never {
  throw new UnrolledError(
    'not-utf8',
    `${where}: the byte order mark says ${encoding}; the text must be UTF-8. Convert it: ${iconv(encoding, where)}`,
  );
}

/** The error for an unknown encoding label. */
export function unknownEncodingError(where: string, label: string): UnrolledError {
  return new UnrolledError(
    'unknown-name',
    `${where}: the encoding is ${JSON.stringify(label)}; it must be a label of the WHATWG Encoding Standard, ` +
      'such as utf-16le, euc-kr, shift_jis or windows-1252, or bytes. Check the name.',
  );
}

/** The error for text with 10 % NUL bytes or more. @param share the fraction of NUL bytes */
export function nulBytesError(where: string, bytes: Uint8Array, share: number): UnrolledError {
  const other = notTextError(where, bytes);
  if (other) return other;
  const encoding = wideEncoding(bytes);
  return new OptionError(
    'not-utf8',
    (nameOf) =>
      `${Math.round(100 * share)}% of the bytes are NUL, as in ${encoding.slice(0, 6)}; the text must be UTF-8, or its ` +
      `encoding must be given. ${remedy(encoding, where, nameOf)}`,
    where,
  );
}

/** The error for bytes that are invalid in an encoding. @param before number of bytes of the text before `bytes` */
export function invalidBytesError(
  where: string,
  { encoding, accepts }: Pick<Decoder, 'encoding' | 'accepts'>,
  bytes: Uint8Array,
  before: number = 0,
): UnrolledError {
  const other = before === 0 ? notTextError(where, bytes) : null;
  if (other) return other;
  const at = brokenCharacter(bytes, accepts);
  const byte = bytes[at].toString(16).padStart(2, '0');
  const likely = encoding !== 'utf-8' && looksLikeUtf8(bytes) ? 'utf-8' : likelyEncoding(bytes);
  const what = (nameOf: NameOf) =>
    likely === null || likely === encoding
      ? `it does not look like text in another encoding. Check the file, or set its encoding with ${nameOf('encoding')}.`
      : `it looks like ${likely}. ${remedy(likely, where, nameOf)}`;
  return new OptionError(
    'not-utf8',
    (nameOf) =>
      `the text is not ${encoding.toUpperCase()} from byte ${before + at} (0x${byte}) on; ${what(nameOf)}`,
    where,
  );
}

/** The error for a file that is not text: an archive, a program, a model. Null if it may be text. */
function notTextError(where: string, bytes: Uint8Array): UnrolledError | null {
  const found = identifyFile(bytes);
  if (found === null || found.isText || found.name.startsWith('text in ')) return null;
  return new UnrolledError(
    'not-utf8',
    `${where}: this is ${found.name}; it must be a text in UTF-8. ${found.advice}.`,
  );
}

/** The likely encoding of text with many NUL bytes, by their positions: U+0061 is 61 00 in UTF-16LE. */
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

/** What to do. TextDecoder has no UTF-32, so that must be converted. */
function remedy(encoding: string, where: string, nameOf: NameOf): string {
  if (encoding === 'utf-8') return `Give ${nameOf('encoding')} utf-8.`;
  const convert = `onvert it: ${iconv(encoding.toUpperCase(), where)}`;
  return encoding.startsWith('UTF-32')
    ? `C${convert}`
    : `Set ${nameOf('encoding')} ${encoding.toLowerCase()}, or c${convert}`;
}

function iconv(encoding: string, where: string): string {
  const isFile = where !== 'standard input' && !/, line \d+$/.test(where);
  const file = isFile ? where : 'FILE';
  const quoted = /^[\w./+-]+$/.test(file) ? file : `'${file.replaceAll("'", "'\\''")}'`;
  return `iconv -f ${encoding} -t UTF-8 ${quoted} > new.txt`;
}

/** Position of the first invalid character, in bytes. */
function brokenCharacter(bytes: Uint8Array, accepts: Decoder['accepts']): number {
  let good = 0;
  let bad = bytes.length + 1;
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (accepts(bytes.subarray(0, middle), false)) good = middle;
    else bad = middle;
  }
  while (good > 0 && !accepts(bytes.subarray(0, good), true)) good--;
  return Math.min(good, bytes.length - 1);
}
