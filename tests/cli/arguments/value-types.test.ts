import { expect, test } from 'vitest';
import { number } from '../../../src/cli/arguments/value-types.ts';

test.each([
  ['1', 1],
  ['1.', 1],
  ['.5', 0.5],
  ['-1.25e-2', -0.0125],
  ['+3E2', 300],
])('%s is a number', (text, value) => expect(number.parse(text)).toBe(value));

test.each(['', '.', '1.2.3', 'e3', '0x1f', ' 1', '1e', '1e999', 'NaN', 'Infinity'])(
  '%j is not a number',
  (text) => {
    expect(number.parse(text)).toBeUndefined();
  },
);

test('rejecting a long invalid number takes linear time', () => {
  expect(number.parse(`${'1'.repeat(1_000_000)}x`)).toBeUndefined();
});
