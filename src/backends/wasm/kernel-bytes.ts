import { common, relaxed, strict } from './module-bytes.ts';

/**
 * `relaxed` uses fused multiply-add where the CPU has it: about twice as fast, with different last bits. `strict` gives the
 * same bits on every machine.
 */
export type Simd = 'strict' | 'relaxed';

type Bytes = Uint8Array<ArrayBuffer>;

/** The bytes before the flags of the imported memory. */
const MEMORY_IMPORT = '\x03env\x06memory\x02';
const SHARED = 2;

/** The kernel module for shared or unshared memory; the two differ in one flag. */
export function kernelBytes(simd: Simd, shared: boolean): Bytes {
  const bytes = bytesOf(strict);
  const module = simd === 'strict' ? bytes : applyDifference(bytes, bytesOf(relaxed));
  const head = String.fromCharCode(...module.subarray(0, 1000));
  const at = head.indexOf(MEMORY_IMPORT) + MEMORY_IMPORT.length;
  module[at] = shared ? module[at] | SHARED : module[at] & ~SHARED;
  return module;
}

/** Decodes the text of scripts/kernel-text.mjs: a byte is one character, or two if the first is a space or `!`. */
function bytesOf(text: string): Bytes {
  const isCommon = (value: number) => (Number.parseInt(common[value >> 2], 16) >> (value & 3)) & 1;
  const values = [...new Uint8Array(256).keys()];
  values.sort((a, b) => isCommon(b) - isCommon(a));
  const bytes = new Uint8Array(text.length);
  let [size, block] = [0, 0];
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 36) block = code - 31;
    else {
      bytes[size++] = values[code - 36 + 91 * block];
      block = 0;
    }
  }
  return bytes.subarray(0, size);
}

/** See `differenceOf` in scripts/kernel-text.mjs. */
function applyDifference(source: Bytes, difference: Bytes): Bytes {
  const bytes = new Uint8Array(source.length + difference.length);
  let [size, at, from] = [0, 0, 0];
  const number = (): number => {
    const byte = difference[at++];
    return byte > 127 ? (byte & 127) + 128 * number() : byte;
  };
  while (at < difference.length) {
    const [copied, skipped, inserted] = [number(), number(), number()];
    bytes.set(source.subarray(from, from + copied), size);
    size += copied;
    bytes.set(difference.subarray(at, at + inserted), size);
    size += inserted;
    from += copied + skipped;
    at += inserted;
  }
  return bytes.subarray(0, size);
}
