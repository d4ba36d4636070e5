import { expect, test } from 'vitest';
import { charTokenizer } from '../../../src/data/tokenizers/char.ts';
import { decode } from './decode.ts';

test('a token is a code point: surrogate pairs are not split, newlines are characters', () => {
  expect([...charTokenizer.tokenize('a😀\r\n')]).toEqual(['a', '😀', '\r', '\n']);
});

test('combining marks and joiners are tokens of their own', () => {
  expect([...charTokenizer.tokenize('e\u0301')]).toEqual(['e', '\u0301']);
  expect([...charTokenizer.tokenize('👩‍🚀')]).toEqual(['👩', '\u200d', '🚀']);
});

test('an empty text has no tokens', () => {
  expect([...charTokenizer.tokenize('')]).toEqual([]);
});

test('any text round-trips, including a lone surrogate', () => {
  const text = 'Ünïcode 漢字 👩‍🚀 e\u0301\r\n\ud83d x';
  expect(decode(charTokenizer, charTokenizer.tokenize(text))).toBe(text);
});
