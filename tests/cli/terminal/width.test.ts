import { expect, test } from 'vitest';
import { pairs, table } from '../../../src/cli/terminal/table.ts';
import { clip, clipStart, columnsOf, pad, startsGrapheme } from '../../../src/cli/terminal/width.ts';

const FAMILY = '👩‍👩‍👧';
const FLAG = '🇰🇷';
/** e with three marks. */
const MARKED = 'e\u0301\u0323\u0308';

test.each([
  ['abc', 3],
  ['日本語', 6],
  ['ｱﾊﾟ', 3],
  ['Ａ', 2],
  ['한국', 4],
  ['\u1112\u1161\u11ab', 2],
  [MARKED, 1],
  ['می\u200cخواهم', 7],
  [FAMILY, 2],
  [`${FLAG}x`, 3],
  ['👍🏽', 2],
  ['1️⃣', 2],
  ['—…', 2],
])('%s takes as many columns as a terminal gives it: %i', (text, columns) => {
  expect(columnsOf(text)).toBe(columns);
  expect(pad(text, columns + 2)).toBe(`${text}  `);
  expect(pad(text, columns + 2, 'left')).toBe(`  ${text}`);
  expect([clip(text, columns), clipStart(text, columns)]).toEqual([text, text]);
});

test('truncation keeps graphemes whole, and the rest fits', () => {
  const text = `日a${MARKED}${FAMILY}b${FLAG}語${MARKED}`;
  const graphemes = ['日', 'a', MARKED, FAMILY, 'b', FLAG, '語', MARKED];
  for (let to = 1; to < columnsOf(text); to++) {
    const [start, end] = [clip(text, to), clipStart(text, to)];
    const starts = graphemes.map((_, i) => `${graphemes.slice(0, i).join('')}…`);
    const ends = graphemes.map((_, i) => `…${graphemes.slice(i + 1).join('')}`);
    expect(start).toBe(starts.findLast((one) => columnsOf(one) <= to));
    expect(end).toBe(ends.find((one) => columnsOf(one) <= to));
  }
});

test('columns are aligned for any content', () => {
  const rows = ['日本', 'ab', FAMILY, MARKED, 'می\u200cخواهم'];
  const columns = (lines: string) =>
    new Set(lines.split('\n').map((line) => columnsOf(line.replace(/1$/, ''))));
  expect(columns(pairs(rows.map((name) => [name, '1']))).size).toBe(1);
  expect(columns(table(rows.map((name) => [name, name, '1']))).size).toBe(1);
});

test('a table may have any number of rows', () => {
  const rows = Array.from({ length: 200_000 }, (_, i) => [`${i}`, 'x'] as const);
  expect(pairs(rows).split('\n')).toHaveLength(rows.length);
});

test('a very long text is truncated without reading all of it', () => {
  expect(clip('日'.repeat(1e6), 7)).toBe('日日日…');
});

test('graphemes begin at cursor positions', () => {
  const parts: [string, string, boolean][] = [
    ['', '\u0301', true],
    ['e', '\u0301', false],
    ['e', 'x', true],
    ['e', '日', true],
    ['👩', '\u200d', false],
    ['👩\u200d', '👩', false],
    ['🇰', '🇷', false],
    [FLAG, '🇰', true],
    ['\u1112', '\u1161', false],
    ['می', '\u200c', false],
    ['می\u200c', 'خ', true],
  ];
  for (const [before, text, starts] of parts)
    expect([before, text, startsGrapheme(before, text)]).toEqual([before, text, starts]);
});
