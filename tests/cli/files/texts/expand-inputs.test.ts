import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { expandInputs } from '../../../../src/cli/files/texts/expand-inputs.ts';
import { matches } from '../../../../src/cli/files/texts/glob.ts';
import { temporaryFolder } from '../../../support/process.ts';

const folder = temporaryFolder();
const files = [
  'b.txt',
  'a.txt',
  'notes[1].txt',
  '.hidden',
  'empty',
  'logs/2.log',
  'logs/10.log',
  'logs/old/1.log',
  '.git/x',
  'logs/.x',
];
for (const file of files) {
  mkdirSync(join(folder, file, '..'), { recursive: true });
  writeFileSync(join(folder, file), file === 'empty' ? '' : 'text');
}
mkdirSync(join(folder, 'bare'));
symlinkSync('.', join(folder, 'logs/circle'));
symlinkSync('../a.txt', join(folder, 'logs/link'));

const notices: string[] = [];
const expand = (...paths: string[]): string[] => {
  notices.length = 0;
  const found = expandInputs(
    paths.map((path) => (path === '-' ? path : join(folder, path))),
    (sentence) => notices.push(sentence.replace(folder, '')),
  );
  return found.map((path) => path.replace(`${folder}/`, ''));
};

describe('the files of input paths', () => {
  test('are those of a folder and its subfolders, sorted, without hidden and empty files and links to folders', () => {
    const logs = ['logs/10.log', 'logs/2.log', 'logs/link', 'logs/old/1.log'];
    expect(expand('logs')).toEqual(logs);
    expect(notices).toEqual([
      '/logs: reading 4 files in this folder; 2 skipped (hidden, empty or not a file).',
    ]);
    expect(expand('.')).toEqual(['a.txt', 'b.txt', ...logs, 'notes[1].txt']);
    expect(expand('logs/old')).toEqual(['logs/old/1.log']);
    expect(notices).toEqual(['/logs/old: reading 1 file in this folder.']);
  });

  test('are those that match a pattern, unless a file has exactly that name', () => {
    expect(expand('*.txt')).toEqual(['a.txt', 'b.txt', 'notes[1].txt']);
    expect(expand('notes[1].txt')).toEqual(['notes[1].txt']);
    expect(expand('[ab].txt', 'b.???')).toEqual(['a.txt', 'b.txt', 'b.txt']);
    expect(expand('**/*.log')).toEqual(['logs/10.log', 'logs/2.log', 'logs/old/1.log']);
    expect(expand('l*/o*')).toEqual(['logs/old/1.log']);
    expect(expand('logs/**')).toEqual(expand('logs'));
    expect(expand('.hid*')).toEqual(['.hidden']);
  });

  test('are otherwise the paths themselves, even missing ones, and standard input', () => {
    expect(expand('a.txt', 'none.txt', 'a.txt', '-', 'empty')).toEqual([
      'a.txt',
      'none.txt',
      'a.txt',
      '-',
      'empty',
    ]);
  });

  test('must exist: a folder without texts and a pattern without matches are errors', () => {
    expect(() => expand('bare')).toThrow('bare: the folder has no texts; it needs at least one');
    expect(() => expand('*.csv')).toThrow('*.csv: no file matches this pattern');
  });
});

test.each([
  ['a.txt', '*', true],
  ['.a', '*', false],
  ['.a', '.*', true],
  ['ab', 'a?', true],
  ['a', 'a?', false],
  ['a', 'a*', true],
  ['abcabd', '*abd', true],
  ['b', '[!ac]', true],
  ['c', '[a-c]', true],
  ['d', '[a-c]', false],
  ['-', '[a-]', true],
  [']', '[]]', true],
  ['[', '[', true],
  ['a.b', 'a[.]b', true],
  ['axb', 'a.b', false],
  ['가.txt', '?.txt', true],
  ['😀', '?', true],
])('%j against %j: %s', (name, pattern, expected) => {
  expect(matches(name, pattern)).toBe(expected);
});

test('a pattern with many stars takes polynomial time', () => {
  expect(matches(`${'a'.repeat(200)}b`, `${'a*'.repeat(60)}c`)).toBe(false);
});
