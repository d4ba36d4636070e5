import { expect, test } from 'vitest';
import { shellFile, shellWord } from '../../../src/cli/terminal/format.ts';

test('printed words and file names can be copied into a shell', () => {
  expect(['a.b', 'my file', "it's", '-x'].map(shellWord)).toEqual(['a.b', "'my file'", "'it'\\''s'", '-x']);
  expect(['m', '-m', '--help', '/-m', '- m'].map(shellFile)).toEqual([
    'm',
    './-m',
    './--help',
    '/-m',
    "'./- m'",
  ]);
});
