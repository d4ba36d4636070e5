import { describe, expect, test } from 'vitest';
import { type Key, KeyReader } from '../../../../src/cli/terminal/line/keys.ts';

const read = (...chunks: string[]): Key[] => {
  const reader = new KeyReader();
  return chunks.flatMap((chunk) => reader.push(chunk));
};
const text = (text: string): Key => ({ name: 'text', text });

describe('keys', () => {
  test.each<[string, Key['name'] | null]>([
    ['\x7f', 'backspace'],
    ['\b', 'backspace'],
    ['\t', 'tab'],
    ['\r', 'enter'],
    ['\x03', 'interrupt'],
    ['\x04', 'leave'],
    ['\x15', 'clear-left'],
    ['\x17', 'clear-word'],
    ['\x0b', 'clear-right'],
    ['\x1b[D', 'left'],
    ['\x1bOC', 'right'],
    ['\x1b[H', 'home'],
    ['\x1b[4~', 'end'],
    ['\x1b[3~', 'delete'],
    ['\x1b[A', null],
    ['\x1b[1;5D', null],
    ['\x1b[24~', null],
    ['\x1bx', null],
    ['\0', null],
  ])('%j is %s', (chunk, name) => {
    expect(read(chunk)).toEqual(name === null ? [] : [{ name }]);
    expect(read(`a${chunk}b`)).toEqual([text('a'), ...(name === null ? [] : [{ name }]), text('b')]);
  });

  test('for several letters, including wide and composed ones, are one text', () => {
    expect(read('한국어 文字 é👩‍🚀')).toEqual([text('한국어 文字 é👩‍🚀')]);
  });

  test('are the same wherever the input is split into chunks', () => {
    const sent = 'ab\x1b[D\x1b[3~\x1b[200~p\x1b[201~\x1bOHc';
    const keys = read(sent);
    for (let at = 1; at < sent.length; at++) {
      const cut = read(sent.slice(0, at), sent.slice(at));
      expect(cut.filter(({ name }) => name !== 'text')).toEqual(keys.filter(({ name }) => name !== 'text'));
      const texts = (all: readonly Key[]) => all.map((key) => ('text' in key ? key.text : '')).join('');
      expect(texts(cut)).toBe(texts(keys));
    }
  });

  test('after a lone Escape are parsed as usual', () => {
    expect(read('\x1b', 'a', '\x1b', '\t')).toEqual([text('a'), { name: 'tab' }]);
  });

  test('that are pasted are text with line ends and no other control characters', () => {
    expect(read('\x1b[200~one\r\ntwo\x03\x1b[2J\t', '\rthree\x1b[201~', '\r')).toEqual([
      text('one\ntwo[2J\t\nthree'),
      { name: 'enter' },
    ]);
    expect(read('\x1b[200~\x1b[201~')).toEqual([]);
  });
});
