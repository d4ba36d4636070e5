import type { Signal } from '@preact/signals';
import { inAddress, oneOf } from '../address.ts';

/** The encodings that a text file may have, as the library names them; `auto`: by its byte order mark, else UTF-8. */
export const encodings = [
  ...['auto', 'euc-kr', 'shift_jis', 'euc-jp', 'gb18030', 'big5', 'windows-1252', 'windows-1251'],
  ...['koi8-r', 'utf-16le', 'utf-16be'],
] as const;

/** The encoding of the text files that are opened. */
export const encoding: Signal<string> = inAddress('encoding', 'auto', oneOf(encodings));

/** A file for the engine, with its encoding. */
export function textFile(file: File): { name: string; contents: Blob; encoding: string | null } {
  const known = encoding.peek();
  return { name: file.name, contents: file, encoding: known === 'auto' ? null : known };
}
