import { expect, test } from 'vitest';
import { widenBfloat16, widenFloat16 } from '../../../src/interop/network/half-precision.ts';

/** Every 16-bit word. */
const words = Uint16Array.from({ length: 2 ** 16 }, (_, word) => word);

/** The number of a word with E bits of exponent and F of fraction, by the definition of IEEE 754. */
function numberOf(word: number, E: number, F: number): number {
  const sign = word >> 15 === 1 ? -1 : 1;
  const exponent = (word >> F) & (2 ** E - 1);
  const fraction = (word & (2 ** F - 1)) / 2 ** F;
  const bias = 2 ** (E - 1) - 1;
  if (exponent === 2 ** E - 1) return fraction === 0 ? sign * Infinity : Number.NaN;
  return sign * (exponent === 0 ? fraction * 2 ** (1 - bias) : (1 + fraction) * 2 ** (exponent - bias));
}

test.each([
  ['half precision', widenFloat16, 5, 10],
  ['bfloat16', widenBfloat16, 8, 7],
] as const)('every number of %s is the same in float32', (_, widen, E, F) => {
  const different = [...widen(words)].filter((number, word) => !Object.is(number, numberOf(word, E, F)));
  expect(different).toEqual([]);
});
