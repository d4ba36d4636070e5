import { expect, test } from 'vitest';
import { Hash } from '../../src/formats/hash.ts';
import { Random } from '../../src/tensor/random.ts';

function hashOf(...parts: readonly (Uint8Array | string)[]): string {
  const hash = new Hash();
  for (const part of parts) hash.add(typeof part === 'string' ? new TextEncoder().encode(part) : part);
  return hash.digest();
}

const pattern = (length: number) => Uint8Array.from({ length }, (_, i) => i * 7);

test('equals MurmurHash3_x86_128 of the Python package mmh3 over padded strings and their lengths', () => {
  expect(hashOf()).toBe('00000000000000000000000000000000');
  expect(hashOf('the cat', '', pattern(100_000))).toBe('ba7d8f40c9f892a0614af5f49ddf42a6');
});

test('is the same at any offset in a buffer, and for shared memory', () => {
  const expected = hashOf(pattern(1003));
  for (let offset = 0; offset < 8; offset++) {
    const bytes = new Uint8Array(new SharedArrayBuffer(1011), offset, 1003);
    bytes.set(pattern(1003));
    expect(hashOf(bytes)).toBe(expected);
  }
});

test('depends on string boundaries, empty strings and trailing zeros', () => {
  const all = [
    hashOf('ab', 'c'),
    hashOf('a', 'bc'),
    hashOf('abc'),
    hashOf('abc', ''),
    hashOf('', 'abc'),
    hashOf('abc\0'),
    hashOf(''),
    hashOf('', ''),
    hashOf(new Uint8Array(16)),
    hashOf(new Uint8Array(32)),
  ];
  expect(new Set(all).size).toBe(all.length);
});

test('every flipped bit of a short string changes it, each differently', () => {
  const bytes = pattern(75);
  const seen = new Set([hashOf(bytes)]);
  for (let bit = 0; bit < 8 * bytes.length; bit++) {
    bytes[bit >> 3] ^= 1 << (bit & 7);
    seen.add(hashOf(bytes));
    bytes[bit >> 3] ^= 1 << (bit & 7);
  }
  expect(seen.size).toBe(1 + 8 * bytes.length);
});

test('random flips, swapped blocks and lost bytes of a long string change it', () => {
  const random = new Random(1);
  const below = (n: number) => Math.floor(random.uniform() * n);
  const bytes = Uint8Array.from({ length: 70_001 }, () => below(256));
  const whole = hashOf(bytes);
  for (let trial = 0; trial < 300; trial++) {
    const changed = bytes.slice();
    const [at, other] = [below(4000), 4000 + below(60_000)];
    const change = trial % 3;
    if (change === 0) changed[other] ^= 1 << below(8);
    if (change === 1) changed.set(bytes.subarray(other, other + 16), at);
    const found = hashOf(change === 2 ? changed.subarray(0, other) : changed);
    expect(found, `trial ${trial}`).not.toBe(whole);
  }
});
