import { afterEach, expect, test, vi } from 'vitest';
import { HeatOutput } from '../../../../src/cli/print/scoring/heat-output.ts';
import { openTokenizer } from '../../../../src/data/tokenizers/open.ts';
import type { ScoredLine } from '../../../../src/generation/scoring/scored-line.ts';

/** Between them stands a text or nothing. */
const ESCAPE = '\x1b[';

afterEach(() => vi.unstubAllEnvs());

/** A line of which each token has so many bits. */
function lineOf(tokens: readonly string[], bits: number, ends: boolean = true): ScoredLine {
  const scored = tokens.map((token) => ({
    ...{ token, bits, id: 0, known: true, rank: 1, alternatives: [] },
    ...{ text: token, start: 0, end: 1 },
  }));
  return {
    starts: true,
    line: 1,
    position: 1,
    text: tokens.join(''),
    characters: tokens.length,
    bytes: tokens.length,
    words: 1,
    tokens: scored,
    ends,
  };
}

test('colours never split a grapheme, and no text is lost', () => {
  vi.stubEnv('FORCE_COLOR', '1');
  const text = 'ae\u0301👩\u200d👩\u200d👧x🇰🇷ﬁ\n';
  for (const kind of ['char', 'byte'] as const) {
    const tokenizer = openTokenizer(kind);
    const tokens = [...tokenizer.tokenize(text)];
    const output = new HeatOutput(tokenizer);
    const half = tokens.length >> 1;
    const shown =
      output.line(lineOf(tokens.slice(0, half), 6, false)) + output.line(lineOf(tokens.slice(half), 6));
    const pieces = shown
      .split(ESCAPE)
      .map((part) => part.replace(/^[\d;]*m/, ''))
      .filter((piece) => piece !== '');
    expect(pieces).toEqual(['a', 'e\u0301', '👩\u200d👩\u200d👧', 'x', '🇰🇷', 'ﬁ', '⏎', '\n']);
  }
});

test('a grapheme has the sum of the bits of its tokens', () => {
  vi.stubEnv('FORCE_COLOR', '1');
  const output = new HeatOutput(openTokenizer('char'));
  expect(output.line(lineOf(['e', '\u0301', 'x'], 4))).toBe('\x1b[48;5;222;38;5;16me\u0301\x1b[39;49mx\n');
});
