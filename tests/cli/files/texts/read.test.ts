import { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readText } from '../../../../src/cli/files/texts/read.ts';

const folder = mkdtempSync(join(tmpdir(), 'read-'));
afterAll(() => rmSync(folder, { recursive: true }));

test.each([
  ['512 MiB', 2 ** 29],
  ['4 GiB', 2 ** 32],
])('a text of %s is refused before it is read, with the maximum', async (_, size) => {
  const path = join(folder, 'large.txt');
  const file = openSync(path, 'w');
  ftruncateSync(file, size); // takes no room on the disk
  closeSync(file);
  await expect(readText(path)).rejects.toThrow(
    `${size.toLocaleString('en')} bytes; it can have at most 536,870,888`,
  );
});

test('a byte order mark alone is an empty file', async () => {
  const path = join(folder, 'mark.txt');
  writeFileSync(path, '\ufeff');
  await expect(readText(path)).rejects.toThrow('the file is empty');
});

test('CR line ends are recognised', async () => {
  const path = join(folder, 'mac.txt');
  writeFileSync(path, 'one\rtwo\r');
  expect(await readText(path)).toMatchObject({ text: 'one\ntwo\n', bytes: 8 });
});
