import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { unpacked } from '../../../../src/cli/files/texts/unpack.ts';

async function* inChunks(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array, void> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function unpack(bytes: Uint8Array, size = bytes.length || 1): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const part of unpacked('a.gz', inChunks(bytes, size))) parts.push(part);
  return Buffer.concat(parts).toString('latin1');
}

const [one, two] = [gzipSync('the first member\n'), gzipSync('the second\n')];

test.each([1, 2, 3, 5, one.length - 1, one.length, one.length + 1, 1000])(
  'an archive of one member or two is unpacked, in chunks of %d bytes',
  async (size) => {
    expect(await unpack(one, size)).toBe('the first member\n');
    expect(await unpack(Buffer.concat([one, two]), size)).toBe('the first member\nthe second\n');
    expect(await unpack(Buffer.concat([one, two, Buffer.alloc(9)]), size)).toBe(
      'the first member\nthe second\n',
    );
  },
);

test.each([1, 2, 1000])(
  'bytes that are not an archive are unchanged, in chunks of %d bytes',
  async (size) => {
    for (const text of ['', 'a', '\x1f', '\x1f\x8b', '\x1f\x8b\x07 is none', 'a text']) {
      expect(await unpack(Buffer.from(text, 'latin1'), size)).toBe(text);
    }
  },
);

test('a truncated archive is an error, wherever it is cut', async () => {
  for (let length = 3; length < one.length; length++) {
    await expect(unpack(one.subarray(0, length))).rejects.toMatchObject({
      code: 'file-damaged',
      message: expect.stringMatching(
        /^a\.gz: the gzip file is truncated after \d+ bytes of text; it must be complete\./,
      ),
    });
  }
});

test('a damaged archive, or one followed by other data, is an error', async () => {
  const damaged = Uint8Array.from(one);
  damaged[damaged.length - 6] ^= 1;
  await expect(unpack(damaged)).rejects.toThrow('a.gz: the gzip file is damaged');
  await expect(unpack(Buffer.concat([one, Buffer.from('hello')]))).rejects.toThrow('is damaged');
});

test('an archive is unpacked only as far as it is read', async () => {
  let [read, taken] = [0, 0];
  const packed = gzipSync(Buffer.alloc(50_000_000));
  async function* counted() {
    for await (const chunk of inChunks(packed, 1000)) {
      taken += chunk.length;
      yield chunk;
    }
  }
  for await (const part of unpacked('a.gz', counted())) {
    read += part.length;
    if (read > 100_000) break;
  }
  expect(taken).toBeLessThan(packed.length / 2 + 20_000);
});
