import { expect, test } from 'vitest';
import { byteTokenizer } from '../../../src/data/tokenizers/byte.ts';
import { UnrolledError } from '../../../src/errors.ts';
import { decode } from './decode.ts';

const bytes = (text: string): number[] =>
  Array.from(byteTokenizer.tokenize(text), (token) => token.charCodeAt(0));
const tokens = (...codes: number[]): string[] => codes.map((code) => String.fromCharCode(code));

test('a token is one byte of the text in UTF-8', () => {
  expect(bytes('aé€😀')).toEqual([0x61, 0xc3, 0xa9, 0xe2, 0x82, 0xac, 0xf0, 0x9f, 0x98, 0x80]);
  expect([...byteTokenizer.tokenize('é')]).toEqual(['\u00c3', '\u00a9']);
  expect(bytes('')).toEqual([]);
});

test('the bytes of an incomplete character are held back', () => {
  const decoder = byteTokenizer.decoder();
  const pushed = tokens(0x61, 0xf0, 0x9f, 0x98, 0x80, 0x62).map((token) => decoder.push(token));
  expect(pushed).toEqual(['a', '', '', '', '😀', 'b']);
  expect(decoder.end()).toBe('');
});

test('invalid UTF-8 becomes U+FFFD, and decoding continues', () => {
  expect(decode(byteTokenizer, tokens(0x61, 0xff, 0x62, 0xc3, 0x63))).toBe('a\ufffdb\ufffdc');
});

test('an incomplete character at the end becomes U+FFFD, and the decoder is reset', () => {
  const decoder = byteTokenizer.decoder();
  expect([decoder.push('\u00e2'), decoder.push('\u0082'), decoder.end()]).toEqual(['', '', '\ufffd']);
  expect([decoder.push('a'), decoder.end()]).toEqual(['a', '']);
});

test('any well-formed text round-trips, including a byte order mark', () => {
  const text = '\ufeffÜnïcode 漢字 👩‍🚀 e\u0301\r\n\0\ufeff';
  expect(decode(byteTokenizer, byteTokenizer.tokenize(text))).toBe(text);
});

test('the decoder refuses a token that is not a byte', () => {
  for (const token of ['', 'ab', '\u0100', '<unk>']) {
    expect(() => byteTokenizer.decoder().push(token)).toThrow(UnrolledError);
  }
});
