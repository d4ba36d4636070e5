import { describe, expect, test } from 'vitest';
import { writeBytes } from '../../../src/data/texts/write-bytes.ts';
import { TextBytes, type TextBytesOptions } from '../../../src/formats/text/text-bytes.ts';
import { randomIntegers } from '../../data/random-integers.ts';
import { encodedTexts } from './encoded-texts.ts';

/** The text in chunks of `size` bytes. */
function read(bytes: Uint8Array, size: number, options: TextBytesOptions): string {
  const decoder = new TextBytes('a.txt', options);
  let text = '';
  for (let at = 0; at < bytes.length; at += size) text += decoder.push(bytes.subarray(at, at + size));
  return text + decoder.end();
}

function wide(text: string, littleEndian: boolean): Uint8Array {
  const view = new DataView(new ArrayBuffer(2 * text.length));
  for (let i = 0; i < text.length; i++) view.setUint16(2 * i, text.charCodeAt(i), littleEndian);
  return new Uint8Array(view.buffer);
}

const sizes = [1, 2, 3, 7, 10_000];

describe.each(sizes)('in chunks of %d bytes', (size) => {
  test.each(encodedTexts)('%s is decoded by its label', (encoding, text, hex) => {
    const bytes = Buffer.from(hex.repeat(40), 'hex');
    expect(read(bytes, size, { encoding })).toBe(text.repeat(40));
  });

  test.each([
    ['utf-16le', true],
    ['utf-16be', false],
  ])('%s is decoded by its byte order mark and by its label', (encoding, littleEndian) => {
    const text = 'a é € 😀 가\nb\0c\n'.repeat(20);
    expect(read(wide(`\ufeff${text}`, littleEndian), size, {})).toBe(text);
    expect(read(wide(`\ufeff${text}`, littleEndian), size, { encoding: 'windows-1252' })).toBe(text);
    expect(read(wide(text, littleEndian), size, { encoding })).toBe(text);
  });

  test('a lone surrogate and half a unit at the end are invalid UTF-16', () => {
    const lone = wide('ab\ud800c', true);
    expect(() => read(lone, size, { encoding: 'utf-16le' })).toThrow('not UTF-16LE from byte 4 (0x00) on');
    expect(() => read(wide('abc', true).subarray(0, 5), size, { encoding: 'utf-16le' })).toThrow(
      'not UTF-16LE from byte 4 (0x63) on',
    );
  });

  test('invalid bytes are reported with their position', () => {
    const bytes = Buffer.concat([Buffer.from('abc\n가'.repeat(9)), Buffer.of(0xb0, 0x20)]);
    expect(() => read(bytes, size, {})).toThrow('a.txt: the text is not UTF-8 from byte 63 (0xb0) on');
    const korean = Buffer.from(`616263 0a b0a1 b020 61`.replaceAll(' ', ''), 'hex');
    expect(() => read(korean, size, { encoding: 'euc-kr' })).toThrow('not EUC-KR from byte 6 (0xb0) on');
  });

  test('any bytes round-trip as lone surrogates', () => {
    const random = Uint8Array.from(randomIntegers(7, 3000, 256));
    const mixed = Buffer.concat([
      Buffer.from('\ufeffaé€😀\r\n\0'),
      Buffer.from('c0af eda080 f4908080 e282 f09f98 80 ff'.replaceAll(' ', ''), 'hex'),
      random,
    ]);
    const text = read(mixed, size, { encoding: 'bytes' });
    expect(text.startsWith('\ufeffaé€😀\r\n\0\udcc0\udcaf\udced\udca0\udc80\udcf4')).toBe(true);
    const bytes = new Uint8Array(3 * text.length);
    const length = writeBytes(text, 0, text.length, bytes, 0);
    expect(Buffer.compare(bytes.subarray(0, length), mixed)).toBe(0);
  });

  test('an exact text keeps its byte order mark, each CR and any number of NULs', () => {
    const text = `\ufeffone\rtwo\r${'\0'.repeat(300)}`;
    expect(read(Buffer.from(text), size, { exact: true })).toBe(text);
  });
});

test('EUC-KR decodes every Hangul syllable of windows-949', () => {
  const text = '뷁을 봤어요. 됬다 똠방각하 힣 갂\n';
  const hex = '94eec0bb20bac3beeebfe42e2089e7b4d9208c63b9e6b0a2c7cf20c6522081410a';
  expect(read(Buffer.from(hex, 'hex'), 5, { encoding: 'euc-kr' })).toBe(text);
  expect(() => read(Buffer.from('bac3 81 20'.replaceAll(' ', ''), 'hex'), 5, { encoding: 'euc-kr' })).toThrow(
    'from byte 2 (0x81) on',
  );
});

test('a million bytes without a newline are not buffered forever', () => {
  const decoder = new TextBytes('a.txt', { encoding: 'euc-kr' });
  const chunk = Buffer.from('b0a1'.repeat(2 ** 16), 'hex');
  const sizesOfParts = Array.from({ length: 20 }, () => decoder.push(chunk.subarray(0, 2 ** 17 - 1)).length);
  expect(sizesOfParts.some((length) => length > 0)).toBe(true);
});

test('an unknown encoding is refused', () => {
  expect(() => new TextBytes('a.txt', { encoding: 'klingon' })).toThrow(
    'a.txt: the encoding is "klingon"; it must be a label',
  );
});
