import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { identifyFile } from '../../src/formats/identify-file.ts';
import { readSafetensors, writeSafetensors } from '../../src/formats/safetensors.ts';

const utf8 = (text: string) => new TextEncoder().encode(text);
/** A file that begins with these bytes and goes on as no text does. */
const binary = (...start: readonly (number | string)[]) =>
  Uint8Array.from([
    ...start.flatMap((part) => (typeof part === 'string' ? [...utf8(part)] : [part])),
    0,
    255,
    1,
  ]);
/** The local header of a zip's first file. */
const zip = (name: string) => binary('PK', 3, 4, 20, ...Array(21).fill(0), name.length, 0, 0, 0, name);

/** What each is called, and whether it may be meant as a text. */
const files: readonly (readonly [name: string, isText: boolean, bytes: Uint8Array])[] = [
  ['a gzip archive', false, gzipSync('the cat purrs .\n')],
  ['a bzip2 archive', false, binary('BZh9', 0x31, 0x41)],
  ['an xz archive', false, binary(0xfd, '7zXZ', 0)],
  ['a zstd archive', false, binary(0x28, 0xb5, 0x2f, 0xfd)],
  ['a tar archive', false, binary(...Array(257).fill(0), 'ustar')],
  ['a zip archive', false, zip('notes.txt')],
  ['a PyTorch file (a zip archive with a pickle)', false, zip('archive/data.pkl')],
  ["NumPy's .npz", false, zip('W.npy')],
  ['a Microsoft Office document', false, zip('[Content_Types].xml')],
  ['a Python pickle, such as an old PyTorch file', false, binary(0x80, 4, 0x95, 7)],
  ['a Python pickle, such as an old PyTorch file', false, binary(0x80, 2, 0x8a, 10)],
  ['an HDF5 file, such as a Keras model', false, binary(0x89, 'HDF\r\n', 0x1a, '\n')],
  ['an ONNX model', false, binary(8, 7, 0x12, 7, 'pytorch')],
  ['a llama.cpp GGUF file', false, binary('GGUF', 3, 0)],
  ['a NumPy array', false, binary(0x93, 'NUMPY', 1)],
  ['a PDF document', false, binary('%PDF-1.7\n%', 0xe2, 0xe3)],
  ['an SQLite database', false, binary('SQLite format 3', 0)],
  ['a PNG image', false, binary(0x89, 'PNG\r\n', 0x1a, '\n')],
  ['a safetensors file', false, writeSafetensors(new Map(), { format: 'pt' })],
  [
    'text in UTF-16',
    false,
    Uint8Array.from([0xff, 0xfe, ...new Uint8Array(new Uint16Array(utf8('cat')).buffer)]),
  ],
  ['text in UTF-16', false, new Uint8Array(new Uint16Array(utf8('the cat purrs')).buffer)],
  [
    'a Git LFS pointer, not the file itself',
    false,
    utf8(`version https://git-lfs.github.com/spec/v1\noid sha256:${'0'.repeat(64)}\nsize 5\n`),
  ],
  ['a web page', true, utf8('\ufeff\n<!-- a comment -->\n<!DOCTYPE html>\n<title>404</title>')],
  ['a web page', true, utf8('<html lang="en">')],
  ['an XML file', true, utf8('<?xml version="1.0"?><a/>')],
  ['a JSON file', true, utf8('{\n  "weight_map": {}\n}')],
  ['a text', true, utf8('the cat purrs .\n')],
  ['a text', true, utf8('고양이가 운다\n'.repeat(1000))],
];

test.each(files)('%s is identified', (name, isText, bytes) => {
  expect(identifyFile(bytes)).toMatchObject({ name, isText });
});

test('the advice for models of other tools that can be imported is to import them', () => {
  const isImportable = /PyTorch|Keras|ONNX/;
  for (const [name, , bytes] of files) {
    const advised = identifyFile(bytes)?.advice === 'Convert it with unrolled import';
    expect(advised, name).toBe(isImportable.test(name));
  }
});

describe('a text that begins with the letters of a signature', () => {
  test.each(['BZh is a code', 'ID3 tags', 'GGUF and others', 'OggSquad', 'PAR1 and PAR2', 'PK was here'])(
    'stays a text: %s',
    (text) => expect(identifyFile(utf8(text))).toMatchObject({ name: 'a text', isText: true }),
  );
});

test('unknown bytes are not identified', () => {
  for (const bytes of [new Uint8Array(0), new Uint8Array(100), binary(1, 2, 3), binary('MZ')]) {
    expect(identifyFile(bytes)).toBeNull();
  }
});

test.each(files.filter(([name]) => name !== 'a safetensors file'))(
  'read as a model, %s is an error that names it',
  (name, _, bytes) => {
    const call = () => readSafetensors(bytes, 'm');
    expect(call).toThrow(`m: this is ${name}; it must be a safetensors file`);
    expect(call).toThrow(expect.objectContaining({ code: 'file-damaged' }));
  },
);

test('comments before other content are scanned once', () => {
  const name = (text: string) => identifyFile(new TextEncoder().encode(text))?.name;
  expect(name(`${'<!---->'.repeat(400)}x`)).not.toBe('a web page');
  expect(name('<!-- a --> <!-- b - c -->\n<html>')).toBe('a web page');
});
