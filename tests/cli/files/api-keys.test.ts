import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readKeys } from '../../../src/cli/files/api-keys.ts';

const folder = mkdtempSync(join(tmpdir(), 'unrolled-keys-'));
afterAll(() => rmSync(folder, { recursive: true }));

function keysOf(text: string): string[] {
  const path = join(folder, 'keys.txt');
  writeFileSync(path, text);
  return readKeys(path);
}

describe('a file of keys', () => {
  test('has one a line, whatever ends it; blank lines and notes are none', () => {
    expect(keysOf('# of the team\nsk-first\r\n\n  sk-second\t\n #sk-old\nsk#third')).toEqual([
      'sk-first',
      'sk-second',
      'sk#third',
    ]);
    expect(keysOf('\ufeffsk-first\n')).toEqual(['sk-first']);
  });

  test('without a key is refused: it would let everybody in', () => {
    for (const text of ['\n', '# none\n  \n'])
      expect(() => keysOf(text)).toThrow('keys.txt: the file has no key');
    expect(() => keysOf('')).toThrow('keys.txt: the file is empty');
    expect(() => readKeys(join(folder, 'none.txt'))).toThrow('none.txt');
  });

  test.each(['two words', 'sk-é', 'sk-\u0007', 'a\tb'])(
    'with %j is refused, by its line and not its key',
    (key) => {
      expect(() => keysOf(`# note\nsk-good\n${key}\n`)).toThrow(/^.*keys\.txt: line 3 holds a space/);
      expect(() => keysOf(`${key}\n`)).not.toThrow(key);
    },
  );
});
