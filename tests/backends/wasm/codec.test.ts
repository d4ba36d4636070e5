import { expect, test } from 'vitest';
import { type Arguments, codecOf, type Fields } from '../../../src/backends/wasm/codec.ts';

/** What comes out at the other thread, from the middle of a block of numbers. */
function sent<F extends Fields>(fields: F, args: Arguments<F>): Arguments<F> {
  const codec = codecOf(fields);
  const numbers = new Float64Array(codec.slots + 2).fill(Number.NaN);
  codec.pack(args, numbers, 1);
  expect([numbers[0], numbers[codec.slots + 1]]).toEqual([Number.NaN, Number.NaN]);
  return codec.unpack(numbers, 1);
}

test('arguments of every kind are decoded under their names', () => {
  const fields = { W: 'pointer', b: 'pointer?', N: 'size', rate: 'number', relu: 'flag' } as const;
  for (const relu of [true, false]) {
    const args = { W: 2 ** 32 - 4, b: 64, N: 7, rate: 0.1 + 0.2, relu };
    expect(sent(fields, args)).toEqual(args);
  }
  expect(codecOf(fields).slots).toBe(6);
});

test('absent arguments are decoded as null, whatever was there before', () => {
  const zoneout = {
    candidate: 8,
    scratch: 16,
    rate: 0.5,
    mask: { key0: 1, key1: 2 ** 32 - 1, threshold: 3, before: 4, others: 5 },
  };
  const fields = { b: 'pointer?', zoneH: 'zoneout?', zoneC: 'zoneout?', N: 'size' } as const;
  const codec = codecOf(fields);
  const numbers = new Float64Array(codec.slots);
  for (const args of [
    { b: 4, zoneH: zoneout, zoneC: { ...zoneout, candidate: null }, N: 1 },
    { b: null, zoneH: null, zoneC: { ...zoneout, mask: null }, N: 2 },
    { b: 0, zoneH: { ...zoneout, candidate: null, mask: null }, zoneC: null, N: 3 },
  ]) {
    codec.pack(args, numbers, 0);
    expect(codec.unpack(numbers, 0)).toEqual(args);
  }
});

test("the order of a record's members does not matter", () => {
  expect(sent({ a: 'size', b: 'size' }, { b: 2, a: 1 })).toEqual({ a: 1, b: 2 });
});

test('any number of arguments is supported', () => {
  const names = Array.from({ length: 100 }, (_, i) => `x${i}`);
  const fields: Fields = Object.fromEntries(names.map((name) => [name, 'number']));
  const args = Object.fromEntries(names.map((name, i) => [name, i / 3]));
  expect(sent(fields, args)).toEqual(args);
});
