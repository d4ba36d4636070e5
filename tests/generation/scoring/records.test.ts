import { expect, test } from 'vitest';
import { Vocabulary } from '../../../src/data/vocabulary/vocabulary.ts';
import { lineRecord, tokenRecord, totalsRecord } from '../../../src/generation/scoring/records.ts';
import { ScoreTotals } from '../../../src/generation/scoring/score-totals.ts';
import type { ScoredLine } from '../../../src/generation/scoring/scored-line.ts';

const vocabulary = Vocabulary.fromTokens(['a', 'b', '<unk>'], '<unk>');
const line: ScoredLine = {
  line: 3,
  starts: true,
  ends: true,
  position: 5,
  text: 'a c',
  characters: 4,
  bytes: 8,
  words: 3,
  tokens: [
    {
      ...{ token: 'a', id: 0, known: true, bits: 1, rank: 1, alternatives: [{ id: 0, probability: 0.5 }] },
      ...{ text: 'a', start: 7, end: 8 },
    },
    {
      ...{ token: 'c', id: 2, known: false, bits: 3, rank: null, alternatives: [] },
      ...{ text: 'c', start: 9, end: 10 },
    },
  ],
};
const totals = new ScoreTotals();
totals.add(line);
const sums = { tokens: 2, unknownTokens: 1, characters: 4, bits: 4, bitsPerToken: 2, bitsPerCharacter: 1 };

test('the record of a token has its position and alternatives', () => {
  expect(tokenRecord(line, 0, vocabulary)).toEqual({
    ...{ line: 3, position: 5, token: 'a', known: true, bits: 1, rank: 1 },
    alternatives: [{ token: 'a', probability: 0.5 }],
    text: 'a',
  });
  expect(tokenRecord(line, 1, vocabulary)).toEqual({
    ...{ line: 3, position: 6, token: 'c', known: false, bits: 3, rank: null },
    alternatives: [],
    text: 'c',
  });
});

test('the records of a line and of a text have their sums, in column order', () => {
  const [ofLine, ofText] = [lineRecord(3, 'a c', totals), totalsRecord(totals)];
  const perByte = { bytes: 8, bitsPerByte: 0.5 };
  expect(ofLine).toEqual({ line: 3, ...sums, ...perByte, text: 'a c' });
  expect(ofText).toEqual({
    lines: 1,
    ...sums,
    perplexity: 4,
    ...perByte,
    words: 3,
    perWordPerplexity: 2 ** (4 / 3),
  });
  expect(Object.keys(ofLine)).toEqual(['line', ...Object.keys(sums), 'bytes', 'bitsPerByte', 'text']);
  const last = ['perplexity', 'bytes', 'bitsPerByte', 'words', 'perWordPerplexity'];
  expect(Object.keys(ofText)).toEqual(['lines', ...Object.keys(sums), ...last]);
});

test('bits whose perplexity overflows are an error', () => {
  const huge = new ScoreTotals();
  huge.add({ ...line, tokens: line.tokens.map((token) => ({ ...token, bits: 1e6 })) });
  expect(() => huge.perplexity).toThrow(
    'score: the mean surprisal is 1000000 bits per token, whose perplexity overflows',
  );
});

test('the perplexity per word divides all bits by words and line ends', () => {
  expect(totals.perWordPerplexity).toBeCloseTo(2 ** (4 / 3), 12);
});
