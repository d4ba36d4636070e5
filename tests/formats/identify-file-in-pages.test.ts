import { expect, test } from 'vitest';
import * as page from '../../src/formats/identify-file.page.ts';
import * as node from '../../src/formats/identify-file.ts';

const bytes = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));

test.each([
  ['a gzip archive', '\x1f\x8b\x08\0'],
  ['a zip archive', 'PK\x03\x04 notes.txt'],
  ['a file of PyTorch', 'PK\x03\x04\x14\0 model/data.pkl'],
  ['a pickle', '\x80\x02}q\0.'],
  ['a web page', '<!DOCTYPE html><title>Not found</title>'],
  ['a Git LFS pointer', 'version https://git-lfs.github.com/spec/v1\noid sha256:0'],
  ['a JSON file', '{"error": "not found"}'],
  ['none of these', '\x07\x01\xff\xfe\xfd\x01\0\0\0\xfc'],
])('a page identifies %s as Node does', (_, text) => {
  expect(page.identifyFile(bytes(text))?.name).toBe(node.identifyFile(bytes(text))?.name);
});

test.each(['\x10\0\0\0\0\0\0\0{"a":1}', '\x10\0\0\0\0\0\0\0{}', '\x10\0\0\0\0\x01\0\0{"a"', 'no'])(
  '%j is classified alike',
  (text) => {
    expect(page.isSafetensors(bytes(text))).toBe(node.isSafetensors(bytes(text)));
  },
);
