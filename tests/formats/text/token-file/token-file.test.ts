import { expect, test } from 'vitest';
import { TokenFile } from '../../../../src/formats/text/token-file/read-tokens.ts';
import { TokenWriter } from '../../../../src/formats/text/token-file/write-tokens.ts';
import { randomIntegers } from '../../../data/random-integers.ts';

/** A file in memory. */
class Bytes {
  #parts: Uint8Array[] = [];

  write(bytes: Uint8Array): void {
    this.#parts.push(bytes.slice());
  }

  writeAt(position: number, bytes: Uint8Array): void {
    const whole = this.whole;
    whole.set(bytes, position);
    this.#parts = [whole];
  }

  get whole(): Uint8Array {
    return Uint8Array.from(Buffer.concat(this.#parts));
  }
}

const source = (bytes: Uint8Array, name = 'a.tokens') => ({
  name,
  size: bytes.length,
  read: (at: number, into: Uint8Array) => into.set(bytes.subarray(at, at + into.length)),
});

function written(ids: readonly number[], V: number, unknownAt: readonly number[] = []): Uint8Array {
  const bytes = new Bytes();
  const writer = new TokenWriter(bytes, V);
  const half = Math.floor(ids.length / 2);
  for (const [from, to] of [
    [0, half],
    [half, ids.length],
  ]) {
    const places = unknownAt.filter((at) => at >= from && at < to).map((at) => at - from);
    writer.push(Int32Array.from(ids.slice(from, to)), Int32Array.from(places));
  }
  writer.end({ unknownId: 1, characters: 5, bytes: 7, about: { any: 'thing' } });
  return bytes.whole;
}

test.each([10, 65_535, 65_536, 100_000])(
  'returns the ids that were written, from any position, with V = %i',
  (V) => {
    const ids = randomIntegers(3, 5000, V);
    const file = TokenFile.open(source(written(ids, V)));
    expect(file.length).toBe(5000);
    expect(file.info).toMatchObject({ vocabSize: V, characters: 5, bytes: 7, about: { any: 'thing' } });
    for (const [start, length] of [
      [0, 5000],
      [4999, 1],
      [77, 0],
      [123, 1000],
    ]) {
      const into = new Int32Array(length);
      file.read(start, into);
      expect([...into]).toEqual(ids.slice(start, start + length));
    }
  },
);

test('distinguishes out-of-vocabulary tokens from a spelled-out unknown token', () => {
  const file = TokenFile.open(source(written([0, 1, 1, 2, 1], 3, [2, 4])));
  const into = new Int32Array(5);
  file.read(0, into);
  expect([...into]).toEqual([0, 1, 1, 2, 1]);
  expect(file.info.unknownCount).toBe(2);
});

test('ids beyond one block of a mebibyte are written incrementally', () => {
  const ids = randomIntegers(5, 300_000, 300);
  const into = new Int32Array(ids.length);
  TokenFile.open(source(written(ids, 300))).read(0, into);
  expect(into).toEqual(Int32Array.from(ids));
});

test('a flipped bit anywhere and a truncated file are detected', () => {
  const whole = written(randomIntegers(3, 40, 10), 10);
  for (let at = 0; at < whole.length; at++) {
    const changed = whole.slice();
    changed[at] ^= 1 << (at % 8);
    expect(() => TokenFile.open(source(changed)), `byte ${at}`).toThrow(/^a\.tokens: /);
  }
  for (const length of [0, 5, 31, 40, whole.length - 1]) {
    expect(() => TokenFile.open(source(whole.slice(0, length)))).toThrow(/^a\.tokens: /);
  }
});

test('another version and another kind of file are named', () => {
  const whole = written([1, 2, 3], 10);
  const other = whole.slice();
  other[8] = 9;
  expect(() => TokenFile.open(source(other))).toThrow(
    /has version 9; this program reads version 1\. Delete it/,
  );
  const text = new TextEncoder().encode('no token file '.repeat(20));
  expect(() => TokenFile.open(source(text))).toThrow(/has the name of a token file but is not one/);
});

test('a length claimed in the head is never allocated', () => {
  const whole = written([1, 2, 3], 10);
  for (const at of [16, 24]) {
    const lying = whole.slice();
    new DataView(lying.buffer).setBigUint64(at, 2n ** 62n, true);
    expect(() => TokenFile.open(source(lying))).toThrow(/its length does not match its head/);
  }
});
