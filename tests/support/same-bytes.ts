import { expect } from 'vitest';

/** Typed arrays of the same bytes are equal; vitest, number by number, takes seconds to say so of a million. */
expect.addEqualityTesters([
  (a: unknown, b: unknown): true | undefined => {
    if (!ArrayBuffer.isView(a) || !ArrayBuffer.isView(b) || a.constructor !== b.constructor) return undefined;
    // What differs is left to vitest, which shows where.
    return Buffer.compare(bytesOf(a), bytesOf(b)) === 0 || undefined;
  },
]);

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
