import { expect, test } from 'vitest';
import { percentText, scientific, significant } from '../../lab/src/language/number-texts.ts';

test('a probability that is not 0 is never shown as 0%', () => {
  const shown = [0, 1e-9, 0.000_099, 0.0001, 0.1234, 1].map((value) => percentText(value, 'en'));
  expect(shown).toEqual(['0%', '<0.01%', '<0.01%', '0.01%', '12.34%', '100%']);
  expect(percentText(1e-9, 'ko')).toBe('<0.01%');
});

test('numbers of any size have the digits that matter, and powers of ten are written as such', () => {
  expect([2.1e-13, -0.000_123, 12_345].map((value) => significant(value))).toEqual([
    '2.10×10⁻¹³',
    '−1.23×10⁻⁴',
    '1.23×10⁴',
  ]);
  expect([0, 0.0123, -1.5, 123.4, 9876].map((value) => significant(value))).toEqual([
    '0.00',
    '0.0123',
    '−1.50',
    '123',
    '9880',
  ]);
  expect([scientific(1e-6, 0), scientific(2.1e-13, 1)]).toEqual(['10⁻⁶', '2.1×10⁻¹³']);
});
