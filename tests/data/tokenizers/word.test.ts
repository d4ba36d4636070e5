import { describe, expect, test } from 'vitest';
import { EOS, wordTokenizer } from '../../../src/data/tokenizers/word.ts';
import { decode } from './decode.ts';

const words = (text: string): string[] => [...wordTokenizer.tokenize(text)];

test('words are separated by white space, and each newline is an <eos>', () => {
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

test('a text without a final newline has no final <eos>', () => {
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

test('the first token of a long text is yielded before the rest is read', () => {
  let last = 0;
  const text = Object.assign(new String('word '.repeat(1000)), {
    charCodeAt(at: number) {
      last = at;
      return String.prototype.charCodeAt.call(text, at);
    },
  });
  const [first] = wordTokenizer.tokenize(text as unknown as string);
  expect(first).toBe('word');
  expect(last).toBe(4);
});

test('the decoder puts one space between words and none around a newline', () => {
  expect(decode(wordTokenizer, ['a', 'b', EOS, EOS, 'c', 'd', EOS])).toBe('a b\n\nc d\n');
});

test('the decoder can be reused after its end', () => {
  const decoder = wordTokenizer.decoder();
  expect([decoder.push('a'), decoder.end(), decoder.push('b')]).toEqual(['a', '', 'b']);
});

test('decoded text tokenises to the same tokens', () => {
  const tokens = ['the', EOS, EOS, 'cat', 'sat', '.', EOS];
  expect(words(decode(wordTokenizer, tokens))).toEqual(tokens);
});

describe('the readable decoder writes', () => {
  function read(text: string): string {
    const decoder = wordTokenizer.readableDecoder();
    return (
      text
        .split(' ')
        .map((token) => decoder.push(token))
        .join('') + decoder.end()
    );
  }

  test.each([
    ['the cat sat , and slept .', 'the cat sat, and slept.'],
    [`a line ${EOS} another one ; here ${EOS}`, 'a line\nanother one; here\n'],
    ["it 's what we do n't say , is n't it ?", "it's what we don't say, isn't it?"],
    ['we ’re here , they ’ve gone', 'we’re here, they’ve gone'],
    ["the countries ' leaders", "the countries' leaders"],
    ['he ( the old one ) paid $ 5 and 10 % more', 'he (the old one) paid $5 and 10% more'],
    ["she said `` hello '' twice", "she said ``hello'' twice"],
    ['she said " hello " twice , " loud "', 'she said "hello" twice, "loud"'],
    ['well … “ yes ” !', 'well… “yes”!'],
    ['a dash - and a slash / stay', 'a dash - and a slash / stay'],
    ['<unk> of <unk> ...', '<unk> of <unk>...'],
  ])('%s', (tokens, text) => {
    expect(read(tokens)).toBe(text);
  });

  test('an unclosed quotation ends with its line', () => {
    expect(read(`" a ${EOS} " b "`)).toBe('"a\n"b"');
  });

  test('punctuation at the start of a line has no space before it, and the decoder can be reused', () => {
    expect(read('. a')).toBe('. a');
    const decoder = wordTokenizer.readableDecoder();
    expect([decoder.push('a'), decoder.end(), decoder.push('b')]).toEqual(['a', '', 'b']);
  });
});

test('a half-typed word starts after the last white space', () => {
  for (const [text, half] of [
    ['the c', 'c'],
    ['the ', ''],
    ['the\n', ''],
    ['the\u00a0café', 'café'],
    ['', ''],
    ['안녕하세요 세', '세'],
    ['👩‍🚀', '👩‍🚀'],
  ]) {
    expect(text.slice(wordTokenizer.partial(text))).toBe(half);
  }
});

test('a text that ends in a space already has the space of the next word, one that ends in a newline needs none', () => {
  for (const text of ['a ', 'a\t', 'a\u3000', 'a\r']) expect(wordTokenizer.endsWithSpace(text)).toBe(true);
  for (const text of ['', 'a', 'a \n', 'a .']) expect(wordTokenizer.endsWithSpace(text)).toBe(false);
});
