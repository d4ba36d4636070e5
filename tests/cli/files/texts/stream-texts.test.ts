import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { readText } from '../../../../src/cli/files/texts/read.ts';
import { streamText, streamTexts } from '../../../../src/cli/files/texts/stream-texts.ts';
import { temporaryFolder } from '../../../support/process.ts';

const long = 'line of a text that is longer than a chunk: é가😀\n'.repeat(9000);
const folder = temporaryFolder({
  'long.txt': long,
  'long.gz': gzipSync(long),
  'open.txt': 'no newline at the end',
  'wide.txt': Buffer.from('\ufeffwide\n', 'utf16le'),
  'empty.txt': '',
});
const at = (name: string): string => join(folder, name);
const sha256 = (bytes: string | Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

async function collect<T>(all: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of all) items.push(item);
  return items;
}

test('texts come in parts, with the record of each file at its end; an archive is recorded by its contents', async () => {
  const parts = await collect(streamTexts([at('long.txt'), at('long.gz'), at('wide.txt')]));
  const textOf = (name: string) => parts.filter(({ file }) => file === at(name)).map(({ text }) => text);
  expect(textOf('long.txt').length).toBeGreaterThan(2);
  expect(textOf('long.txt').join('')).toBe(long);
  expect(textOf('long.gz').join('')).toBe(long);
  const [bytes, digest] = [Buffer.byteLength(long), sha256(long)];
  expect(parts.flatMap(({ end }) => end ?? [])).toEqual([
    { name: 'long.txt', sha256: digest, bytes },
    { name: 'long.gz', sha256: digest, bytes },
    {
      name: 'wide.txt',
      sha256: sha256(Buffer.from('\ufeffwide\n', 'utf16le')),
      bytes: 12,
      encoding: 'utf-16le',
    },
  ]);
});

test('a newline is added after a file without a final one', async () => {
  const read = async (...names: string[]) => (await collect(streamText(names.map(at)))).join('');
  expect(await read('open.txt', 'wide.txt', 'open.txt', 'open.txt')).toBe(
    'no newline at the end\nwide\nno newline at the end\nno newline at the end',
  );
  expect(await read('long.txt', 'open.txt')).toBe(`${long}no newline at the end`);
});

test('progress counts the bytes on disk, compressed or not', async () => {
  let read = 0;
  const onBytes = (bytes: number) => {
    read += bytes;
  };
  await collect(streamTexts([at('long.gz'), at('open.txt')], { onBytes }));
  expect(read).toBe(gzipSync(long).length + 21);
});

test('an empty file is an error unless allowed', async () => {
  await expect(collect(streamTexts([at('open.txt'), at('empty.txt')]))).rejects.toThrow(
    'empty.txt: the file is empty',
  );
  const [part] = await collect(streamTexts([at('empty.txt')], { allowEmpty: true }));
  expect(part).toMatchObject({ text: '', end: { bytes: 0 } });
});

test('a whole text is the same, with its encoding if it is not UTF-8', async () => {
  expect(await readText(at('long.gz'))).toEqual({
    name: 'long.gz',
    text: long,
    sha256: sha256(long),
    bytes: Buffer.byteLength(long),
  });
  expect(await readText(at('wide.txt'))).toMatchObject({ text: 'wide\n', encoding: 'utf-16le' });
});
