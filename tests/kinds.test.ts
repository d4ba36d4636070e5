import { describe, expect, test } from 'vitest';
import {
  choice,
  count,
  flag,
  fraction,
  integer,
  orNull,
  positiveInteger,
  rate,
  real,
  text,
} from '../src/kinds.ts';

describe('a kind accepts what its words say:', () => {
  test.each([
    [positiveInteger, 'a positive integer', [1, 2 ** 40], [0, -1, 1.5, '1', Number.NaN, null]],
    [count, 'an integer of at least 0', [0, 7], [-1, 0.5, Number.POSITIVE_INFINITY]],
    [integer({ from: 2, to: 4 }), 'an integer from 2 to 4', [2, 4], [1, 5, '3']],
    [rate, 'a number from 0 to below 1', [0, 0.999], [1, -0.1, Number.NaN]],
    [fraction, 'a number above 0 and at most 1', [1e-300, 1], [0, 1.1]],
    [real({ from: -1, to: 1 }), 'a number from -1 to 1', [-1, 1], [2, '0']],
    [real({ above: 0 }), 'a positive number', [0.1], [0]],
    [flag, 'true or false', [true, false], [0, 'true', null]],
    [text, 'text', [' '], ['', 1]],
    [choice(['a', 'b']), 'one of a, b', ['a'], ['c', 'toString', null]],
    [orNull(rate, 'none'), 'a number from 0 to below 1, or none', [null, 0.5], [undefined, 'none', 1]],
  ])('%#: %s', (kind, needs, good, bad) => {
    expect(kind.needs).toBe(needs);
    for (const value of good) expect(kind.accepts(value), String(value)).toBe(true);
    for (const value of bad) expect(kind.accepts(value), String(value)).toBe(false);
  });
});
