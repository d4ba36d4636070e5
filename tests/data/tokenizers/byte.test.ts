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

test('the bytes of an unfinished character are held back until it is whole', () => {
  const decoder = byteTokenizer.decoder();
  const pushed = tokens(0x61, 0xf0, 0x9f, 0x98, 0x80, 0x62).map((token) => decoder.push(token));
  expect(pushed).toEqual(['a', '', '', '', '😀', 'b']);
  expect(decoder.end()).toBe('');
});

test('bytes that are no UTF-8 become U+FFFD and the text goes on', () => {
  expect(decode(byteTokenizer, tokens(0x61, 0xff, 0x62, 0xc3, 0x63))).toBe('a\ufffdb\ufffdc');
});

test('a character cut off by the end becomes U+FFFD, and the decoder starts anew', () => {
  const decoder = byteTokenizer.decoder();
  expect([decoder.push('\u00e2'), decoder.push('\u0082'), decoder.end()]).toEqual(['', '', '\ufffd']);
  expect([decoder.push('a'), decoder.end()]).toEqual(['a', '']);
});

test('any well-formed text comes back as it was, a byte order mark too', () => {
  const text = '\ufeffÜnïcode 漢字 👩‍🚀 e\u0301\r\n\0\ufeff';
  expect(decode(byteTokenizer, byteTokenizer.tokenize(text))).toBe(text);
});

test('the decoder refuses a token that is no byte', () => {
  for (const token of ['', 'ab', '\u0100', '<unk>']) {
    expect(() => byteTokenizer.decoder().push(token)).toThrow(UnrolledError);
  }
});
