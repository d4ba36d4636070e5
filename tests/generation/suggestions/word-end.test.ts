import { expect, test } from 'vitest';
import { halfWord, readWord } from '../../../src/generation/suggestions/word-end.ts';

test.each([
  ['dog', null],
  ['dog ', 3],
  ['dog.', 3],
  [' dog\n', 4],
  ["dog's ", 5],
  ['dog’s.', 5],
  ["dog'", null],
  ["dog' ", 3],
  ["dog''s", 3],
  ["'tis", 1],
  ['... a', 3],
  ['.a', 1],
  ['a_1-2', 3],
  ['한국어 문장', 3],
  ['नमस्ते,', 6],
  ['', null],
  ['  ', null],
])('the first word of %j ends at %s', (text, end) => {
  expect(readWord(text).end).toBe(end);
});

test('a word begun before the text ends in it, or at an apostrophe before it', () => {
  const { state } = readWord('do');
  expect(readWord('g s', state).end).toBe(1);
  expect(readWord(' s', state).end).toBe(0);
  expect(readWord('s', readWord("dog'").state).end).toBe(null);
  expect(readWord(' s', readWord("dog'").state).end).toBe(-1);
});

test.each([
  ['The presid', 'presid'],
  ['The ', ''],
  ['The dog.', ''],
  ['(pre', 'pre'],
  ["don't", "don't"],
  ["the dogs'", "dogs'"],
  ["'", ''],
  ['a  b', 'b'],
  ['한국어 문', '문'],
  ['line\nnext', 'next'],
  ['😀a', 'a'],
  ['', ''],
])('%j ends in the half word %j', (text, half) => {
  expect(halfWord(text)).toBe(half);
});

test('a half-typed word is found only at the end, for any length of text', () => {
  expect(halfWord(`${'word '.repeat(200_000)}hal`)).toBe('hal');
  expect('a'.repeat(1_000_000).endsWith(halfWord('a'.repeat(1_000_000)))).toBe(true);
});
