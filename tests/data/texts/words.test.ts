import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { isSpace, lastSpace, wordsAndNewlines } from '../../../src/data/texts/words.ts';

test('words and newlines come in order, with their positions', () => {
  expect([...wordsAndNewlines(' you\tsay\n\u3000bye\r\n')]).toEqual([
    { word: 'you', start: 1 },
    { word: 'say', start: 5 },
    { word: '\n', start: 8 },
    { word: 'bye', start: 10 },
    { word: '\n', start: 14 },
  ]);
  expect([...wordsAndNewlines('')]).toEqual([]);
  expect([...wordsAndNewlines('word')]).toEqual([{ word: 'word', start: 0 }]);
});

test('the last white space of a text is found', () => {
  expect(['', 'word', 'a b', 'a b ', '\n'].map(lastSpace)).toEqual([-1, -1, 1, 3, 0]);
});

test('white space is that of regular expressions, for every UTF-16 unit', () => {
  const units = Array.from({ length: 0x10000 }, (_, code) => code);
  const differing = units.filter((code) => isSpace(code) !== /\s/.test(String.fromCharCode(code)));
  expect(differing).toEqual([]);
});

test('a word of millions of characters needs no stack, even if regular expressions are not optimised', () => {
  const program = `
    import { Corpus, openTokenizer, splitText, Vocabulary } from './dist/index.js';
    const tokenizer = openTokenizer('word');
    const text = 'x'.repeat(5e6) + ' y';
    const vocabulary = Vocabulary.build(tokenizer.tokenize(text));
    console.log(vocabulary.size, Corpus.encode(text, tokenizer, vocabulary).ids.length, tokenizer.partial(text));
    console.log(splitText('x' + ' '.repeat(5e6) + 'y', 0.9).map((part) => part.length).join());`;
  const flags = ['--no-regexp-optimization', '--input-type=module', '-e', program];
  expect(execFileSync(process.execPath, flags, { encoding: 'utf8' })).toMatch(/^2 2 5000001\n\d+,\d+\n$/);
});
