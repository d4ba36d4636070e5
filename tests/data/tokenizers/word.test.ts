import { expect, test } from 'vitest';
import { EOS, wordTokenizer } from '../../../src/data/tokenizers/word.ts';
import { decode } from './decode.ts';

const words = (text: string): string[] => [...wordTokenizer.tokenize(text)];

test('words stand between whitespace and each newline is one <eos>', () => {
  expect(words(' you say\tgoodbye \n\n and i\n')).toEqual([
    'you',
    'say',
    'goodbye',
    EOS,
    EOS,
    'and',
    'i',
    EOS,
  ]);
});

test('a text without a newline at its end has no <eos> at its end', () => {
  expect(words('i say hello .')).toEqual(['i', 'say', 'hello', '.']);
});

test('an empty text and a text of spaces have no tokens', () => {
  expect(words('')).toEqual([]);
  expect(words(' \t  ')).toEqual([]);
});

test('Windows line ends give the same tokens as Unix line ends', () => {
  expect(words('one two\r\nthree\r\n')).toEqual(words('one two\nthree\n'));
});

test('no-break and ideographic spaces separate words, combining marks and emoji do not', () => {
  expect(words('a\u00a0b\u3000e\u0301t\u00e9 👩‍🚀')).toEqual(['a', 'b', 'e\u0301t\u00e9', '👩‍🚀']);
});

test('a single word of millions of characters is one token', () => {
  expect(words('x'.repeat(5_000_000)).map((word) => word.length)).toEqual([5_000_000]);
});

test('the first token of a long text comes without the rest being made', () => {
  const start = performance.now();
  const [first] = wordTokenizer.tokenize('word '.repeat(10_000_000));
  expect(first).toBe('word');
  expect(performance.now() - start).toBeLessThan(200);
});

test('the decoder puts one space between words and none beside a newline', () => {
  expect(decode(wordTokenizer, ['a', 'b', EOS, EOS, 'c', 'd', EOS])).toBe('a b\n\nc d\n');
});

test('the decoder starts anew after its end', () => {
  const decoder = wordTokenizer.decoder();
  expect([decoder.push('a'), decoder.end(), decoder.push('b')]).toEqual(['a', '', 'b']);
});

test('tokens that were decoded tokenize to themselves', () => {
  const tokens = ['the', EOS, EOS, 'cat', 'sat', '.', EOS];
  expect(words(decode(wordTokenizer, tokens))).toEqual(tokens);
});
