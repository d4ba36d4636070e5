import { expect, test } from 'vitest';
import { CLEAR, frame } from '../../../../src/cli/terminal/line/frame.ts';
import { columnsOf } from '../../../../src/cli/terminal/width.ts';

/** The two rows that a frame writes and the column of its cursor. */
function rows(text: string, cursor: number, columns: number, below = '') {
  const written = frame({ text, cursor }, below, columns);
  expect(written.startsWith(CLEAR)).toBe(true);
  const [line, rest] = written.slice(CLEAR.length).split('\r\n');
  const [beneath, up, right] = rest.split('\x1b[');
  expect([up, right.at(-1)]).toEqual(['1A\r', 'C']);
  return { line, beneath, column: Number.parseInt(right, 10) };
}

test('a short line is shown after its prompt sign, with the cursor at its position', () => {
  expect(rows('the cat', 3, 80, '  dog')).toEqual({ line: '› the cat', beneath: '  dog', column: 5 });
  expect(rows('', 0, 80)).toEqual({ line: '› ', beneath: '', column: 2 });
});

test('wide characters count as two columns', () => {
  expect(rows('한국어', 2, 80).column).toBe(2 + 4);
});

test('a long line never wraps, and the part around the cursor is shown', () => {
  const text = 'one 한국어 two '.repeat(30);
  for (const columns of [20, 41, 80]) {
    for (const cursor of [0, 5, 100, text.length]) {
      const { line, column } = rows(text, cursor, columns);
      expect(columnsOf(line)).toBeLessThan(columns);
      expect(column).toBeLessThan(columns);
    }
  }
  expect(rows(text, text.length, 20).line).toMatch(/^› ….*two $/);
  expect(rows(text, 0, 20).line).toMatch(/^› one .*…$/);
});

test('control characters are escaped, and the cursor is after them', () => {
  expect(rows('a\nb', 2, 80)).toEqual({ line: '› a\\nb', beneath: '', column: 5 });
});
