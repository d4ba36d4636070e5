import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readKeys } from '../../../src/cli/files/api-keys.ts';

const folder = mkdtempSync(join(tmpdir(), 'unrolled-keys-'));
afterAll(() => rmSync(folder, { recursive: true }));

function keysOf(text: string): Promise<string[]> {
  const path = join(folder, 'keys.txt');
  writeFileSync(path, text);
  return readKeys(path);
}

describe('a key file', () => {
  test('has one key per line, with any line ends; blank lines and comments are skipped', async () => {
    expect(await keysOf('# of the team\nsk-first\r\n\n  sk-second\t\n #sk-old\nsk#third')).toEqual([
      'sk-first',
      'sk-second',
      'sk#third',
    ]);
    expect(await keysOf('\ufeffsk-first\n')).toEqual(['sk-first']);
  });

  test('without a key is refused, since anyone could connect', async () => {
    for (const text of ['\n', '# none\n  \n'])
      await expect(keysOf(text)).rejects.toThrow('keys.txt: the file has no key');
    await expect(keysOf('')).rejects.toThrow('keys.txt: the file is empty');
    await expect(readKeys(join(folder, 'none.txt'))).rejects.toThrow('none.txt');
  });

  test.each(['two words', 'sk-é', 'sk-\u0007', 'a\tb'])(
    'with %j is refused, by its line and not its key',
    async (key) => {
      await expect(keysOf(`# note\nsk-good\n${key}\n`)).rejects.toThrow(/^.*keys\.txt: line 3 has a space/);
      await expect(keysOf(`${key}\n`)).rejects.not.toThrow(key);
    },
  );
});
