import { expect, test } from 'vitest';
import { openTokenizer } from '../../../src/data/tokenizers/open.ts';
import type { ScoredLine } from '../../../src/generation/scoring/scored-line.ts';
import { WordGrouper } from '../../../src/generation/scoring/word-grouper.ts';

interface Span {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** Pieces that follow one another. */
function spansOf(pieces: readonly string[], from: number = 0): Span[] {
  let end = from;
  return pieces.map((text) => {
    end += text.length;
    return { text, start: end - text.length, end };
  });
}

/** A line or a piece of one, each token of one bit. */
function lineOf(spans: readonly Span[], starts: boolean = true, ends: boolean = true): ScoredLine {
  const tokens = spans.map((span) => {
    return {
      ...span,
      token: span.text,
      id: 0,
      known: span.text !== 'odd',
      bits: 1,
      rank: null,
      alternatives: [],
    };
  });
  return { line: 4, starts, ends, position: 1, text: '', characters: 0, bytes: 0, words: 0, tokens };
}

const shown = (line: ScoredLine, grouper: WordGrouper = new WordGrouper()) =>
  grouper.push(line).map(({ text, space, start, end, bits }) => [space, text, start, end, bits]);

test('white space belongs to the following word, or to the line end before a newline', () => {
  expect(shown(lineOf(spansOf(['Hel', 'lo', ' ', ' wor', 'ld', '!', ' ', '\n'])))).toEqual([
    ['', 'Hello', 0, 5, 2],
    ['  ', 'world!', 7, 13, 4],
    [' ', '\n', 14, 15, 2],
  ]);
});

test('at the end of the text white space belongs to the last word, or is a row if there is none', () => {
  expect(shown(lineOf(spansOf([' a', 'b', '  '])))).toEqual([[' ', 'ab', 1, 3, 3]]);
  expect(shown(lineOf(spansOf(['  '])))).toEqual([[' ', ' ', 1, 2, 1]]);
  expect(shown(lineOf([]))).toEqual([]);
});

test('tokens that share a character belong to one word, including multi-byte white space', () => {
  const text = '한\u00a0é\n';
  const spans = [...openTokenizer('byte').spans(text)].map(({ start, end }) => ({
    ...{ text: text.slice(start, end), start, end },
  }));
  expect(shown(lineOf(spans))).toEqual([
    ['', '한', 0, 1, 3],
    ['\u00a0', 'é', 2, 3, 4],
    ['', '\n', 3, 4, 1],
  ]);
});

test('words within one token are separate; a word with an unknown token is unknown', () => {
  const words = new WordGrouper().push(lineOf([...spansOf(['the'], 2), ...spansOf(['odd', '\n'], 7)]));
  expect(words.map(({ text, position, known, start }) => [text, position, known, start])).toEqual([
    ['the', 1, true, 2],
    ['odd', 2, false, 7],
    ['\n', 3, true, 10],
  ]);
});

test('a word may continue in the next piece of a long line', () => {
  const grouper = new WordGrouper();
  expect(shown(lineOf(spansOf(['a', ' b']), true, false), grouper)).toEqual([['', 'a', 0, 1, 1]]);
  expect(shown(lineOf(spansOf(['c', '\n'], 3), false, true), grouper)).toEqual([
    [' ', 'bc', 2, 4, 2],
    ['', '\n', 4, 5, 1],
  ]);
});
