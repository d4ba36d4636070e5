import { expect, test } from 'vitest';
import { edit, emptyLine, type Line } from '../../../../src/cli/terminal/line/edit.ts';
import type { Key } from '../../../../src/cli/terminal/line/keys.ts';

/** A line with `|` where the cursor is. */
const shown = ({ text, cursor }: Line) => `${text.slice(0, cursor)}|${text.slice(cursor)}`;

function typed(...keys: (Key['name'] | `"${string}`)[]): string {
  const line = keys.reduce((before, key) => {
    return edit(before, key.startsWith('"') ? { name: 'text', text: key.slice(1) } : ({ name: key } as Key));
  }, emptyLine);
  return shown(line);
}

test.each([
  [typed('"ab', '"c'), 'abc|'],
  [typed('"abc', 'left', 'left', '"x'), 'ax|bc'],
  [typed('"abc', 'home', 'delete', 'right'), 'b|c'],
  [typed('"abc', 'home', 'backspace', 'left'), '|abc'],
  [typed('"abc', 'end', 'delete', 'right'), 'abc|'],
  [typed('"one two  ', 'clear-word'), 'one |'],
  [typed('"one two', 'left', 'clear-word'), 'one |o'],
  [typed('"abc', 'left', 'clear-left'), '|c'],
  [typed('"abc', 'home', 'right', 'clear-right'), 'a|'],
  [typed('"abc', 'enter', 'tab', 'leave'), 'abc|'],
])('keys give %s', (line, expected) => {
  expect(line).toBe(expected);
});

test('the cursor and backspace treat a grapheme as a unit', () => {
  expect(typed('"한국어', 'left', 'backspace')).toBe('한|어');
  expect(typed('"a👩‍🚀b', 'left', 'left', 'left')).toBe('|a👩‍🚀b');
  expect(typed('"e\u0301', 'backspace')).toBe('|');
  expect(typed('"🇰🇷🇯🇵', 'backspace')).toBe('🇰🇷|');
});
