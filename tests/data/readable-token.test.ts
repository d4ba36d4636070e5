import { expect, test } from 'vitest';
import { readableToken } from '../../src/data/readable-token.ts';
import { openTokenizer } from '../../src/data/tokenizers/open.ts';
import { Vocabulary } from '../../src/data/vocabulary/vocabulary.ts';

/** Pieces of bytes, written as the characters with their codes. */
const pieces = {
  ...openTokenizer('byte'),
  kind: 'pieces',
  bytesOf: (token: string) => Uint8Array.from(token, (byte) => byte.charCodeAt(0)),
};
const spelled = (text: string) => String.fromCharCode(...new TextEncoder().encode(text));

test('a piece is shown as its text, with bytes of incomplete characters in hexadecimal', () => {
  const tokens = [
    ' dog',
    spelled('é😀'),
    `a${spelled('한').slice(0, 2)}`,
    '\xff',
    `${spelled('한').slice(1)}b`,
  ];
  const codec = { tokenizer: pieces, vocabulary: Vocabulary.fromTokens(tokens, null) };
  const shown = tokens.map((_, id) => readableToken(id, codec));
  expect(shown).toEqual([' dog', 'é😀', 'a\\xED\\x95', '\\xFF', '\\x95\\x9Cb']);
});

test('words and the unknown token are shown as in the vocabulary, and the end of an item as a mark', () => {
  const vocabulary = Vocabulary.fromTokens(['the', '<unk>', '<eos>'], '<unk>').withEnd();
  for (const tokenizer of [openTokenizer('word'), pieces]) {
    const shown = [0, 1, 2, 3].map((id) => readableToken(id, { tokenizer, vocabulary }));
    expect(shown).toEqual(['the', '<unk>', '<eos>', '∎']);
  }
});
