import { describe, expect, test } from 'vitest';
import { Corpus } from '../../src/data/corpus.ts';
import { byteTokenizer } from '../../src/data/tokenizers/byte.ts';
import { charTokenizer } from '../../src/data/tokenizers/char.ts';
import { wordTokenizer } from '../../src/data/tokenizers/word.ts';
import { Vocabulary } from '../../src/data/vocabulary/vocabulary.ts';
import { UnrolledError } from '../../src/errors.ts';
import { randomIntegers } from './random-integers.ts';

const small = Vocabulary.fromTokens(['a', 'b', '<unk>', '<eos>'], '<unk>');

test('a text becomes the ids of its tokens', () => {
  const corpus = Corpus.encode('b a\na\n', wordTokenizer, small);
  expect(corpus.ids).toEqual(Int32Array.of(1, 0, 3, 0, 3));
  expect(corpus).toMatchObject({ unknownCount: 0, characters: 6 });
});

test('out-of-vocabulary tokens are mapped and their indices recorded; a spelled-out unknown token is not one', () => {
  const corpus = Corpus.encode('x a <unk> y b x', wordTokenizer, small);
  expect(corpus.ids).toEqual(Int32Array.of(2, 0, 2, 2, 1, 2));
  expect(corpus.unknownCount).toBe(3);
  expect(corpus.unknownAt).toEqual(Int32Array.of(0, 3, 5));
});

test('an out-of-vocabulary token is refused if there is no unknown token', () => {
  const vocabulary = Vocabulary.fromTokens(['a'], null);
  expect(() => Corpus.encode('a a gadzooks', wordTokenizer, vocabulary)).toThrow(
    /token 2 of the text is "gadzooks";.*unknown: '<unk>'/,
  );
  expect(() => Corpus.encode('a constructor', wordTokenizer, vocabulary)).toThrow(UnrolledError);
});

test('an error about a very long token is short', () => {
  const encode = (): Corpus =>
    Corpus.encode('x'.repeat(1e6), wordTokenizer, Vocabulary.fromTokens(['a'], null));
  expect(encode).toThrow(/^.{1,300}$/);
});

test('characters are code points for any tokenizer', () => {
  const text = 'é😀e\u0301\r\n';
  expect(Corpus.encode(text, byteTokenizer, Vocabulary.bytes())).toMatchObject({ characters: 6 });
  const chars = Corpus.encode(text, charTokenizer, Vocabulary.build(charTokenizer.tokenize(text)));
  expect(chars).toMatchObject({ characters: 6, ids: Int32Array.of(0, 1, 2, 3, 4, 5) });
});

test('an empty text is an empty corpus', () => {
  const corpus = Corpus.encode('', wordTokenizer, small);
  expect(corpus).toMatchObject({ ids: new Int32Array(0), unknownCount: 0, characters: 0 });
});

test('the ids of a long random text decode to the text, except for unknown tokens', () => {
  for (let seed = 1; seed <= 5; seed++) {
    const tokens = randomIntegers(seed, 1500, 50).map((number) => `w${number}`);
    const vocabulary = Vocabulary.build(tokens, { maxSize: 30, unknown: '<unk>' });
    const corpus = Corpus.encode(tokens.join('  '), wordTokenizer, vocabulary);
    const spelt = Array.from(corpus.ids, (id) => vocabulary.tokenOf(id));
    for (const at of corpus.unknownAt) {
      expect(vocabulary.has(tokens[at])).toBe(false);
      expect(spelt[at]).toBe('<unk>');
      spelt[at] = tokens[at];
    }
    expect(corpus.unknownCount).toBeGreaterThan(0);
    expect(spelt).toEqual(tokens);
  }
});

test('counts the bytes of the text as UTF-8', () => {
  for (const text of ['plain', 'é한😀\r\n', '\ud800', 'a\udc00b', '😀😀']) {
    const corpus = Corpus.encode(text, charTokenizer, Vocabulary.build(text));
    expect(corpus.bytes).toBe(new TextEncoder().encode(text).length);
  }
});

describe('of items', () => {
  const vocabulary = small.withEnd();
  const end = vocabulary.endId;
  const items = ['b a', 'x', '', ' \r', 'a\nb'];

  test('the end token precedes the first item and follows each; items without tokens are skipped and counted', () => {
    const corpus = Corpus.encodeItems(items, { tokenizer: wordTokenizer, vocabulary });
    expect(corpus.ids).toEqual(Int32Array.of(end, 1, 0, end, 2, end, 0, 3, 1, end));
    expect(corpus).toMatchObject({ items: 3, emptyItems: 2, unknownCount: 1, characters: 7, bytes: 7 });
    expect(corpus.unknownAt).toEqual(Int32Array.of(4));
  });

  test('no item starts after maxTokens tokens, end tokens included', () => {
    const read = (most: number) =>
      Corpus.encodeItems(items, { tokenizer: wordTokenizer, vocabulary }, most).items;
    expect([1, 2, 3, 4, 5, 6, 100].map(read)).toEqual([1, 1, 1, 2, 2, 3, 3]);
  });

  test('no text contains the end token', () => {
    const corpus = Corpus.encodeItems([''], { tokenizer: wordTokenizer, vocabulary });
    expect(corpus).toMatchObject({ ids: Int32Array.of(end), items: 0, emptyItems: 1 });
    expect(Corpus.encode('a', wordTokenizer, vocabulary)).toMatchObject({ items: null, emptyItems: 0 });
  });

  test('a vocabulary without an end token is refused', () => {
    expect(() => Corpus.encodeItems(['a'], { tokenizer: wordTokenizer, vocabulary: small })).toThrow(
      /no end token; items need one/,
    );
  });
});
