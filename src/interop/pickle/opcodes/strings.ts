import type { PickleMachine } from '../machine.ts';
import { lineBytes, lineOf, textOf, utf8 } from './line.ts';
import { code, type Opcodes } from './opcode.ts';

/** Strings and bytes. */
export const stringOpcodes: Opcodes = {
  /** STRING: a string of Python 2, quoted */
  [code('S')]: (m) => m.push(ofPython2(m, unquoted(m, lineOf(m)))),
  /** BINSTRING */
  [code('T')]: (m) => m.push(ofPython2(m, m.reader.take(m.reader.i32()))),
  /** SHORT_BINSTRING */
  [code('U')]: (m) => m.push(ofPython2(m, m.reader.take(m.reader.u8()))),
  /** UNICODE: escapes for what is no Latin-1 */
  [code('V')]: (m) => m.push(unescaped(m, lineBytes(m))),
  /** BINUNICODE */
  [code('X')]: (m) => m.push(textOf(m, m.reader.take(m.reader.u32()))),
  /** SHORT_BINUNICODE */
  140: (m) => m.push(textOf(m, m.reader.take(m.reader.u8()))),
  /** BINUNICODE8 */
  141: (m) => m.push(textOf(m, m.reader.take(m.reader.u64()))),
  /** BINBYTES */
  [code('B')]: (m) => pushBytes(m, m.reader.u32()),
  /** SHORT_BINBYTES */
  [code('C')]: (m) => pushBytes(m, m.reader.u8()),
  /** BINBYTES8 */
  142: (m) => pushBytes(m, m.reader.u64()),
  /** BYTEARRAY8 */
  150: (m) => pushBytes(m, m.reader.u64()),
};

/** A view of the file. */
function pushBytes(m: PickleMachine, length: number): void {
  m.charge(128);
  m.push(m.reader.take(length));
}

/** Python 2 has one type for text and bytes: text if it is UTF-8, which encodes to the same bytes, else bytes. */
function ofPython2(m: PickleMachine, bytes: Uint8Array): string | Uint8Array {
  m.charge(128 + 2 * bytes.length);
  return utf8(bytes) ?? bytes;
}

const ESCAPES: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, '\\': 92, "'": 39, '"': 34 };

/** The bytes of a literal such as `'a\x00b'`. */
function unquoted(m: PickleMachine, literal: string): Uint8Array {
  const inner = /^(['"])([ -~]*)\1$/.exec(literal)?.[2];
  if (inner === undefined) throw m.wrong('a string is not ASCII in quotes', 'it must be');
  const bytes = inner.replace(/\\(x[0-9a-f]{2}|.)/gi, (whole, escaped: string) => {
    const byte = escaped.length === 3 ? Number.parseInt(escaped.slice(1), 16) : ESCAPES[escaped];
    return byte === undefined ? whole : String.fromCharCode(byte);
  });
  return Uint8Array.from(bytes, (character) => character.charCodeAt(0));
}

/** Latin-1 with `\u` and `\U` escapes. */
function unescaped(m: PickleMachine, bytes: Uint8Array): string {
  m.charge(16 * bytes.length);
  const text = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
  return text.replace(/\\u([\da-fA-F]{4})|\\U([\da-fA-F]{8})/g, (_, short?: string, long?: string) => {
    const point = Number.parseInt(short ?? long ?? '', 16);
    if (point > 0x10ffff) throw m.wrong('a string has an escape beyond Unicode', 'it must be below 110000');
    return String.fromCodePoint(point);
  });
}
