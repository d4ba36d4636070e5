import { expect, test } from 'vitest';
import { withLineFeeds } from '../../../src/formats/text/text-start.ts';

async function read(text: string, size: number): Promise<{ text: string; said: number }> {
  const bytes = new TextEncoder().encode(text);
  async function* chunks() {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  }
  let said = 0;
  const out: number[] = [];
  for await (const part of withLineFeeds('p.txt', chunks(), () => said++))
    for (const byte of part) out.push(byte);
  return { text: new TextDecoder('utf-8', { ignoreBOM: true }).decode(Uint8Array.from(out)), said };
}

test.each([1, 2, 7, 1000])(
  'CR line ends become LF and are reported once, in chunks of %d bytes',
  async (size) => {
    expect(await read('one\rtwo\rthree', size)).toEqual({ text: 'one\ntwo\nthree', said: 1 });
    expect(await read('one\r\ntwo\r\n', size)).toEqual({ text: 'one\r\ntwo\r\n', said: 0 });
    expect(await read('\ufeffone\ntwo\ufeff\n', size)).toEqual({ text: 'one\ntwo\ufeff\n', said: 0 });
    expect(await read('\ufeff', size)).toEqual({ text: '', said: 0 });
    expect(await read('', size)).toEqual({ text: '', said: 0 });
  },
);

test('UTF-16 with a byte order mark, or a given encoding, is converted to UTF-8', async () => {
  async function* wide() {
    yield Uint8Array.of(0xff, 0xfe, 0xe9);
    yield Uint8Array.of(0, 10);
    yield Uint8Array.of(0);
  }
  async function* korean() {
    yield Uint8Array.of(0xb0, 0xa1, 10);
  }
  const read = async (chunks: AsyncIterable<Uint8Array>, encoding: string | null) => {
    const parts: Uint8Array[] = [];
    for await (const part of withLineFeeds('p.txt', chunks, () => {}, encoding)) parts.push(part);
    return Buffer.concat(parts).toString();
  };
  expect(await read(wide(), null)).toBe('é\n');
  expect(await read(korean(), 'euc-kr')).toBe('가\n');
});

test('UTF-32 is refused at its byte order mark', async () => {
  async function* wide() {
    yield Uint8Array.of(0xff, 0xfe, 0, 0);
  }
  const reading = withLineFeeds('p.txt', wide(), () => {});
  await expect(reading.next()).rejects.toThrow('p.txt: the byte order mark says UTF-32LE');
});
