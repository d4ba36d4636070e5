import { expect, test, vi } from 'vitest';
import { UnrolledError } from '../../../src/errors.ts';
import * as crc from '../../../src/interop/archive/crc32.ts';
import { writeZip } from '../../../src/interop/archive/zip-writer.ts';
import { readTorchFile } from '../../../src/interop/pytorch/file/read-file.ts';

// Small files that would take hours or much memory if each mention of a value counted as a new one.

const latin1 = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));

/** The beginning of a pickle: entry 1 of the memo is a storage of 4,096 numbers. */
const start = '\x80\x02(Vstorage\nctorch\nFloatStorage\nV0\nVcpu\nM\x00\x10tQq\x010';

/** A tensor with an offset in bytes 0 to 127, a shape and strides. */
const tensor = (offset: number, shape: string, strides = '(K\x01t') =>
  `ctorch._utils\n_rebuild_tensor_v2\n(h\x01K${String.fromCharCode(offset)}${shape}${strides}tR`;

const dictOf = (tensors: readonly string[]) => `}(${tensors.map((one, i) => `V${i}\n${one}`).join('')}u.`;

const fileOf = (pickle: string) =>
  writeZip(
    new Map([
      ['m/data.pkl', latin1(pickle)],
      ['m/data/0', new Uint8Array(16_384)],
    ]),
  );
const read = (pickle: string) => readTorchFile(fileOf(pickle), 'm.pt');
const all = '(M\x00\x10t';
const axes = `(${'K\x01'.repeat(65)}t`;

/** A module with these modules in it, each entry 1 of the memo. */
const module = (names: readonly string[]) => {
  const inner = names.map((name) => `V${name}\nh\x01`).join('');
  return `cm\nM\n)\x81}(V_modules\n}(${inner}uubq\x01`;
};

test('a storage is unpacked and checked once', async () => {
  const check = vi.spyOn(crc, 'crc32');
  const { arrays } = await read(`${start}${dictOf([0, 1, 2, 3].map((offset) => tensor(offset, '(K\x01t')))}`);
  expect(arrays.size).toBe(4);
  // Once when the file was written, too.
  expect(check.mock.calls.filter(([{ length }]) => length === 16_384)).toHaveLength(2);
  check.mockRestore();
});

test.each([
  ['a tensor of 65 axes', `${start}${tensor(0, axes, axes)}.`, /no valid storage, offset, shape/],
  [
    'one tensor under many names',
    `${start}${tensor(0, all)}q\x020${dictOf(Array(100).fill('h\x02'))}`,
    /times/,
  ],
  [
    'modules whose names coincide',
    `\x80\x02${module([])}${`0${module(['a', 'a.a'])}`.repeat(40)}.`,
    /more than 20000/,
  ],
  [
    'modules with long names',
    `\x80\x02${module([])}${`0${module(['a'.repeat(20_000), 'b'])}`.repeat(40)}.`,
    /characters of names/,
  ],
])('%s is refused', async (_, pickle, says) => {
  const error = await read(pickle).catch((error) => error);
  expect(error).toBeInstanceOf(UnrolledError);
  expect(error.message).toMatch(says);
});
