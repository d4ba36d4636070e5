import { expect, test } from 'vitest';
import { inMemory } from '../../../src/data/batches/token-ids.ts';
import { Corpus } from '../../../src/data/corpus.ts';
import { countWords } from '../../../src/data/texts/word-counter.ts';
import { openTokenizer } from '../../../src/data/tokenizers/open.ts';
import { Vocabulary } from '../../../src/data/vocabulary/vocabulary.ts';
import { bitsOf, perWordPerplexity } from '../../../src/training/evaluation/bits.ts';

const text = '바나나 é\nabc 😀\n';
const corpusOf = (kind: 'word' | 'char' | 'byte') => {
  const tokenizer = openTokenizer(kind);
  return Corpus.encode(text, tokenizer, Vocabulary.build(tokenizer.tokenize(text)));
};

test('the mean loss of a token is divided among its bytes and code points', () => {
  const [bytes, characters] = [Buffer.byteLength(text), [...text].length];
  for (const [kind, tokens] of [
    ['word', 6],
    ['char', characters],
    ['byte', bytes],
  ] as const) {
    const found = bitsOf(3 * Math.LN2, corpusOf(kind));
    expect(found.bitsPerByte).toBeCloseTo((3 * tokens) / bytes, 12);
    expect(found.bitsPerCharacter).toBeCloseTo((3 * tokens) / characters, 12);
  }
});

test('if each token is a word or a line end, the perplexity per word equals that per token exactly', () => {
  expect(perWordPerplexity(1.234, countWords(text), corpusOf('word'))).toBe(Math.exp(1.234));
  expect(perWordPerplexity(1.5, 6, corpusOf('byte'))).toBeCloseTo(
    Math.exp((1.5 * Buffer.byteLength(text)) / 6),
    9,
  );
});

test('for items each token is a target, and the end token before the first is not part of the text', () => {
  const items = { tokens: inMemory(new Int32Array(9)), items: 3, bytes: 16, characters: 8 };
  expect(bitsOf(Math.LN2, items)).toEqual({ bitsPerByte: 0.5, bitsPerCharacter: 1 });
});
