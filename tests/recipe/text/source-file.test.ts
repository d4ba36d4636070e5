import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { sourceFile } from '../../../src/recipe/text/source-file.ts';

const bytes = new TextEncoder().encode('the cat\nsat\n');
const sha256 = createHash('sha256').update(bytes).digest('hex');

test('a file of UTF-8 is its text, with the digest and size of its bytes', async () => {
  expect(await sourceFile(bytes, 'cat.txt')).toEqual({
    ...{ name: 'cat.txt', text: 'the cat\nsat\n', sha256, bytes: 12 },
  });
});

test('a gzip file is the text inside, with the digest of its text', async () => {
  expect(await sourceFile(gzipSync(bytes), 'cat.txt.gz')).toMatchObject({ text: 'the cat\nsat\n', sha256 });
});

test('the members of a gzip file are joined, also behind data that looks like a header', async () => {
  const header = Uint8Array.of(0x1f, 0x8b, 8, 0);
  const stored = gzipSync(Buffer.concat([bytes, header]), { level: 0 }); // level 0 has the text as it is
  expect(stored.indexOf(Buffer.from(header), 1)).toBeGreaterThan(0);
  const members = Buffer.concat([gzipSync(bytes), gzipSync(''), stored, gzipSync('mat\n')]);
  const { text } = await sourceFile(members, 'k.gz', { encoding: 'latin1' });
  expect(text).toBe('the cat\nsat\nthe cat\nsat\n\x1f\u2039\b\0mat\n');
  const damaged = sourceFile(members.subarray(0, -9), 'k.gz', { encoding: 'latin1' });
  await expect(damaged).rejects.toMatchObject({
    code: 'file-damaged',
    message: expect.stringContaining('after 32 bytes'),
  });
});

test('a byte order mark decides the encoding, and is no part of the text', async () => {
  const utf16 = Uint8Array.from(Buffer.from('\ufeff새 책\n', 'utf16le'));
  expect(await sourceFile(utf16)).toMatchObject({ text: '새 책\n', encoding: 'utf-16le' });
});

test('an encoding may be given', async () => {
  const korean = Uint8Array.of(0xbb, 0xf5); // 새
  expect(await sourceFile(korean, 'k', { encoding: 'euc-kr' })).toMatchObject({
    text: '새',
    encoding: 'euc-kr',
  });
});

test.each([
  { what: 'an empty file', given: new Uint8Array(), code: 'text-empty' },
  { what: 'a truncated gzip file', given: gzipSync(bytes).subarray(0, 20), code: 'file-damaged' },
  { what: 'a picture', given: Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0), code: 'not-utf8' },
])('$what is refused with its name', async ({ given, code }) => {
  await expect(sourceFile(given, 'f.bin')).rejects.toMatchObject({
    code,
    message: expect.stringMatching(/^f\.bin: /),
  });
});

test('a gzip file that unpacks to more than the limit is refused before it is unpacked, and an aborted one ends', async () => {
  const bomb = gzipSync(Buffer.alloc(50_000_000));
  expect(bomb.length).toBeLessThan(60_000);
  await expect(sourceFile(bomb, 'bomb.gz', { maxBytes: 1_000_000 })).rejects.toMatchObject({
    code: 'file-large',
    message: 'bomb.gz: the text has more than 1,000,000 bytes, the maximum. Use a part of it.',
  });
  const stopped = sourceFile(bomb, 'bomb.gz', { signal: AbortSignal.abort('enough') });
  await expect(stopped).rejects.toBe('enough');
  await expect(sourceFile(bytes, 'cat.txt', { maxBytes: 11 })).rejects.toMatchObject({ code: 'file-large' });
  expect((await sourceFile(bytes, 'cat.txt', { maxBytes: 12 })).bytes).toBe(12);
});
