import { describe, expect, test } from 'vitest';
import { UnrolledError } from '../../../src/errors.ts';
import { TextBytes } from '../../../src/formats/text/text-bytes.ts';

const utf8 = (text: string) => new TextEncoder().encode(text);

/** UTF-16 or UTF-32 without a mark. */
function wide(text: string, size: 2 | 4, littleEndian: boolean): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(text.length * size));
  for (let i = 0; i < text.length; i++) {
    if (size === 2) bytes.setUint16(2 * i, text.charCodeAt(i), littleEndian);
    else bytes.setUint32(4 * i, text.charCodeAt(i), littleEndian);
  }
  return new Uint8Array(bytes.buffer);
}

/** The text in chunks of `size` bytes. */
function read(bytes: Uint8Array, size = bytes.length || 1): { text: string; isCr: boolean } {
  const decoder = new TextBytes('a.txt');
  let text = '';
  for (let at = 0; at < bytes.length; at += size) text += decoder.push(bytes.subarray(at, at + size));
  text += decoder.end();
  return { text, isCr: decoder.isCr };
}

const sizes = [1, 2, 3, 5, 1000];
const marked = (mark: readonly number[]) => Uint8Array.of(...mark, ...utf8('some text'));

test.each(sizes)('characters split by chunks of %d bytes are decoded', (size) => {
  const text = 'aé€😀 a\ufeff b\0c'.repeat(40);
  expect(read(utf8(text), size).text).toBe(text);
});

test.each(sizes)(
  'a byte order mark is removed at the start, in chunks of %d bytes, and is text elsewhere',
  (size) => {
    expect(read(utf8('\ufeffa\ufeff'), size).text).toBe('a\ufeff');
    expect(read(utf8('\ufeff'), size).text).toBe('');
  },
);

test('a typed line is decoded immediately', () => {
  const decoder = new TextBytes('standard input');
  expect([decoder.push(utf8('a\n')), decoder.push(utf8('b\n')), decoder.end()]).toEqual(['a\n', 'b\n', '']);
});

describe.each([1, 3, 10_000])('in chunks of %d bytes', (size) => {
  test.each([
    ['UTF-32LE', [0xff, 0xfe, 0, 0]],
    ['UTF-32BE', [0, 0, 0xfe, 0xff]],
  ])(
    'the error for a byte order mark of %s names the encoding, with a command to convert it',
    (encoding, mark) => {
      expect(() => read(marked(mark), size)).toThrow(
        `a.txt: the byte order mark says ${encoding}; the text must be UTF-8. Convert it: iconv -f ${encoding} -t UTF-8 a.txt`,
      );
    },
  );

  test.each([
    ['UTF-16LE', wide('The cat sat on the mat. '.repeat(20), 2, true)],
    ['UTF-16BE', wide('The cat sat on the mat. '.repeat(20), 2, false)],
    ['UTF-32LE', wide('The cat sat on the mat. '.repeat(20), 4, true)],
    ['UTF-32BE', wide('The cat sat on the mat. '.repeat(20), 4, false)],
    ['UTF-16LE', wide('Ein Bär äße Öl. '.repeat(20), 2, true)],
    ['UTF-16LE', wide('hi\n', 2, true)],
  ])('%s without a byte order mark is detected by its NUL bytes', (encoding, bytes) => {
    expect(() => read(bytes, size)).toThrow(UnrolledError);
    if (size > 1000) {
      expect(() => read(bytes, size)).toThrow(
        new RegExp(`NUL, as in ${encoding.slice(0, 6)};.*iconv -f ${encoding} `),
      );
    }
  });

  test('invalid UTF-8 is reported with its position', () => {
    const bytes = Uint8Array.of(...utf8('näive caf'), 0xe9, ...utf8(' x'));
    expect(() => read(bytes, size)).toThrow('a.txt: the text is not UTF-8 from byte 10 (0xe9) on');
    expect(() => read(utf8('a€').subarray(0, 3), size)).toThrow('from byte 1 (0xe2) on');
  });

  test('CR line ends become LF', () => {
    expect(read(utf8('one\rtwo\r\rthree'), size)).toEqual({ text: 'one\ntwo\n\nthree', isCr: true });
    const long = `${'word '.repeat(30_000)}\r`.repeat(2);
    expect(read(utf8(long), 10_000).text).toBe(long.replaceAll('\r', '\n'));
  });

  test('a CR in a text with LF is a character', () => {
    for (const text of ['one\r\ntwo\r\n', '10%\r20%\rdone\n', 'a\nb\rc', 'no line end']) {
      expect(read(utf8(text), size)).toEqual({ text, isCr: false });
    }
  });
});

test('an archive or a program is named', () => {
  expect(() => read(Uint8Array.of(0x1f, 0x8b, 8, 0, 0xff, 0xff))).toThrow(
    'a.txt: this is a gzip archive; it must be a text',
  );
  const tar = new Uint8Array(1024);
  tar.set(utf8('notes.txt'));
  tar.set(utf8('ustar'), 257);
  expect(() => read(tar)).toThrow('a tar archive');
});

test('a stray NUL is text, 10 % of NULs are refused', () => {
  expect(read(utf8(`${'a'.repeat(30)}\0`)).text).toHaveLength(31);
  expect(() => read(utf8(`${'a'.repeat(9)}\0`))).toThrow('10% of the bytes are NUL');
});

test('the command to convert quotes a name with spaces', () => {
  const decoder = new TextBytes("my notes' end.txt");
  expect(() => decoder.push(marked([0xff, 0xfe, 0, 0]))).toThrow(
    "iconv -f UTF-32LE -t UTF-8 'my notes'\\'' end.txt'",
  );
});
