// Replaces identify-file.ts in page bundles (`browser` in package.json): recognises only the kinds of file that a page
// is likely to receive in place of a model.
import type { FileIdentity } from './identify-file.ts';

const UNPACK = 'Unpack it, and use the file inside';
const EXPORT = 'Export its weights or its text where it was made';

const kinds: readonly [start: string, within: RegExp, name: string, advice: string, isText?: boolean][] = [
  ['\x1f\x8b', /^/, 'a gzip archive', UNPACK],
  ['PK\x03\x04', /\/data\.pkl|\/byteorder/, 'a PyTorch file (a zip archive with a pickle)', EXPORT],
  ['PK\x03\x04', /^/, 'a zip archive', UNPACK],
  ['\x80', /^.[\cB-\cE]/s, 'a Python pickle, such as an old PyTorch file', EXPORT],
  ['version https://git-lfs', /^/, 'a Git LFS pointer, not the file itself', 'Run git lfs pull'],
  [
    '',
    /^\s*<(!doctype html|html|head|body|!--)/i,
    'a web page',
    'Download the file itself, not the page about it',
    true,
  ],
  ['', /^\s*[{[]/, 'a JSON file', 'Use the model file, which ends in .safetensors', true],
];

export function identifyFile(bytes: Uint8Array): FileIdentity | null {
  const text = latin1(bytes.subarray(0, 4096));
  const found = kinds.find(([start, within]) => text.startsWith(start) && within.test(text));
  if (!found) return null;
  const [, , name, advice, isText = false] = found;
  return { name, advice, isText };
}

export function isSafetensors(bytes: Uint8Array): boolean {
  const text = latin1(bytes.subarray(5, 32));
  return text.startsWith('\0\0\0{') && /^.{4}\s*["}]/s.test(text);
}

/** One character for each byte. */
function latin1(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
}
