import { expect, test } from 'vitest';
import { countWords, WordCounter } from '../../../src/data/texts/word-counter.ts';

test('words are separated by white space, and each newline counts as one', () => {
  expect(countWords('')).toBe(0);
  expect(countWords(' \t ')).toBe(0);
  expect(countWords('the  cat\r\n\n sat\u00a0here')).toBe(6);
});

test('the word count does not depend on the chunks', () => {
  const text = ' ab c\n\nd  ef\n';
  for (let cut = 0; cut <= text.length; cut++) {
    const counter = new WordCounter();
    const parts = [text.slice(0, cut), '', text.slice(cut)].map((piece) => counter.push(piece));
    expect(parts.reduce((sum, count) => sum + count)).toBe(7);
  }
});
