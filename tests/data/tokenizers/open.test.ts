import { expect, test } from 'vitest';
import { openTokenizer } from '../../../src/data/tokenizers/open.ts';
import { UnrolledError } from '../../../src/errors.ts';

test('each tokenizer opens by its kind', () => {
  for (const kind of ['word', 'char', 'byte']) expect(openTokenizer(kind).kind).toBe(kind);
});

test('an unknown kind is refused with the kinds that there are', () => {
  expect(() => openTokenizer('bpe')).toThrow('got the kind "bpe"; there are word, char, byte.');
  for (const kind of ['', 'Word', 'constructor', '__proto__']) {
    expect(() => openTokenizer(kind)).toThrow(UnrolledError);
  }
});
