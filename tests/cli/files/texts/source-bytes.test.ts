import { appendFileSync, existsSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readText } from '../../../../src/cli/files/texts/read.ts';
import { streamBytes } from '../../../../src/cli/files/texts/source-bytes.ts';
import { temporaryFolder } from '../../../support/process.ts';

const size = 300_000;
const folder = temporaryFolder();
const path = join(folder, 'text.txt');

/** Reads a file that changes after its first chunk. */
async function readWhile(change: () => void): Promise<number> {
  writeFileSync(path, 'a'.repeat(size));
  utimesSync(path, 1000, 1000);
  let read = 0;
  for await (const chunk of streamBytes(path)) {
    if (read === 0) change();
    read += chunk.length;
  }
  return read;
}

test('an unchanged file is read completely', async () => {
  expect(await readWhile(() => {})).toBe(size);
});

test.each([
  [
    'grows',
    () => appendFileSync(path, 'b'),
    'it had 300,000 bytes at first, 300,001 at the end, and 300,001 were read',
  ],
  ['shrinks', () => truncateSync(path, 10), 'it had 300,000 bytes at first, 10 at the end'],
  ['is written anew', () => writeFileSync(path, 'b'.repeat(size)), 'it was rewritten'],
])('a file that %s while it is read is an error', async (_, change, words) => {
  const error = expect.objectContaining({
    code: 'file-in-use',
    message: expect.stringMatching(
      /text\.txt: the file changed while it was read: .* Wait for the program that writes it/,
    ),
  });
  await expect(readWhile(change)).rejects.toEqual(error);
  await expect(readWhile(change)).rejects.toThrow(words);
});

test.skipIf(!existsSync('/proc/self/status'))('a virtual file without a size is read', async () => {
  expect((await readText('/proc/self/status')).text).toMatch(/^Name:/);
});

test('an aborted reader stops', async () => {
  writeFileSync(path, 'a'.repeat(size));
  const controller = new AbortController();
  const reading = (async () => {
    for await (const _ of streamBytes(path, controller.signal)) controller.abort();
  })();
  const error = await reading.catch((reason: unknown) => reason);
  expect(error).toBe(controller.signal.reason);
});
