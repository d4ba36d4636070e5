import { expect, test } from 'vitest';
import { countTokens, MAX_TOKENS } from '../../../src/data/vocabulary/count-tokens.ts';
import { UnrolledError } from '../../../src/errors.ts';

test('tokens are counted in order of first appearance', () => {
  expect([...countTokens(['b', 'a', 'b'])]).toEqual([
    ['b', 2],
    ['a', 1],
  ]);
});

test('more distinct tokens than a Map can hold are refused with a clear message', () => {
  expect([...countTokens(['a', 'b', 'a', 'b'], 2)]).toHaveLength(2);
  expect(() => countTokens(['a', 'b', 'a', 'c'], 2)).toThrow(UnrolledError);
  expect(() => countTokens(['a', 'b', 'c'], 2)).toThrow('more than 2 distinct tokens');
  expect(MAX_TOKENS).toBeLessThan(2 ** 24);
});
