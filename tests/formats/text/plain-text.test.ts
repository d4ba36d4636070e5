import { expect, test } from 'vitest';
import { UnrolledError } from '../../../src/errors.ts';
import { plainText } from '../../../src/formats/text/plain-text.ts';

test('a string is normalised like a file', () => {
  expect(plainText('\ufeffa\ufeff', 'text')).toBe('a\ufeff');
  expect(plainText('one\rtwo', 'text')).toBe('one\ntwo');
  expect(plainText('one\r\ntwo\r', 'text')).toBe('one\r\ntwo\r');
  expect(plainText('👩‍🚀 and a stray \0 here', 'text')).toBe('👩‍🚀 and a stray \0 here');
});

test('a lone surrogate and many NUL characters are refused', () => {
  for (const text of ['abc\ud83d', '\ude00abc', 'T\0h\0e\0']) {
    expect(() => plainText(text, 'text')).toThrow(UnrolledError);
  }
  expect(() => plainText('abc\ud83d', 'text')).toThrow('text: the text has a lone surrogate (U+D83D) at 3');
});
