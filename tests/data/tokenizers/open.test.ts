import { expect, test } from 'vitest';
import { openTokenizer } from '../../../src/data/tokenizers/open.ts';
import { UnrolledError } from '../../../src/errors.ts';

test('each tokenizer opens by its kind', () => {
  for (const kind of ['word', 'char', 'byte']) expect(openTokenizer(kind).kind).toBe(kind);
});

test('an unknown kind is refused, with the known kinds', () => {
  expect(() => openTokenizer('unigram')).toThrow(
    'the kind is "unigram"; it must be one of word, char, byte, bpe.',
  );
  for (const kind of ['', 'Word', 'constructor', '__proto__']) {
    expect(() => openTokenizer(kind)).toThrow(UnrolledError);
  }
});

test('byte-level BPE needs merges', () => {
  expect(() => openTokenizer('bpe')).toThrow(
    'the kind bpe has no merges; it needs those of a training text.',
  );
});
