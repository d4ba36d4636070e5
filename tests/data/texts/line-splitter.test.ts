import { expect, test } from 'vitest';
import { LineSplitter, type Piece } from '../../../src/data/texts/line-splitter.ts';
import { randomIntegers } from '../random-integers.ts';

function split(...chunks: string[]): Piece[] {
  const splitter = new LineSplitter();
  return [...chunks.flatMap((chunk) => splitter.push(chunk)), ...splitter.end()];
}

const whole = (text: string): Piece => ({ text, starts: true, ends: true });

test('lines keep their newlines; the last needs none', () => {
  expect(split('a b\n\nc')).toEqual([whole('a b\n'), whole('\n'), whole('c')]);
  expect(split('a\r\n')).toEqual([whole('a\r\n')]);
  expect(split('')).toEqual([]);
});

test('a line is returned once its newline arrives', () => {
  const splitter = new LineSplitter();
  expect(splitter.push('the c')).toEqual([]);
  expect(splitter.push('at\nsa')).toEqual([whole('the cat\n')]);
  expect(splitter.end()).toEqual([whole('sa')]);
  expect(splitter.end()).toEqual([]);
});

test('chunk boundaries make no difference', () => {
  const text = Array.from(randomIntegers(3, 2000, 5), (n) => 'ab \n😀'.charAt(n)).join('');
  const cuts = randomIntegers(4, 100, 60);
  const chunks: string[] = [];
  let rest = text;
  for (const cut of cuts) {
    chunks.push(rest.slice(0, cut));
    rest = rest.slice(cut);
  }
  expect(split(...chunks, rest)).toEqual(split(text));
});

test.each([
  ['words', 'word '.repeat(60_000)],
  ['characters without a space', '日'.repeat(200_000)],
  ['pairs of units', `x${'😀'.repeat(100_000)}`],
])('a line of too many %s comes in pieces that make it up', (_, line) => {
  for (const text of [line, `${line}\nnext\n`, `before\n${line}\n`]) {
    const pieces = split(text);
    expect(pieces.map((piece) => piece.text).join('')).toBe(text);
    expect(Math.max(...pieces.map((piece) => piece.text.length))).toBeLessThanOrEqual(2 ** 16 + 1);
    expect(pieces.filter((piece) => piece.starts)).toHaveLength(text.trimEnd().split('\n').length);
    expect(pieces.filter((piece) => piece.ends)).toHaveLength(text.trimEnd().split('\n').length);
    for (const piece of pieces) expect(piece.text).not.toMatch(/\p{Cs}/u);
  }
});

test('it buffers at most one line: pieces of a long line come early', () => {
  const splitter = new LineSplitter();
  expect(splitter.push('word '.repeat(100_000)).length).toBeGreaterThan(5);
});

test('a word across a cut is not split', () => {
  const pieces = split('word '.repeat(60_000));
  for (const piece of pieces) expect(piece.text).toMatch(/^(word )+$/);
});
