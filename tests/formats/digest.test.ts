import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { UnrolledError } from '../../src/errors.ts';
import { ChangedFileError, checkDigest, DIGEST, digestOf } from '../../src/formats/digest.ts';
import type { NamedArray } from '../../src/formats/named-array.ts';
import { readSafetensors, writeSafetensors } from '../../src/formats/safetensors.ts';
import { readUnrolledFile, type UnrolledFormat, writeUnrolledFile } from '../../src/formats/unrolled-file.ts';
import { Random } from '../../src/tensor/random.ts';

const kind: UnrolledFormat = { format: 'unrolled-test', versions: ['1', '2'], foreign: 'of another format.' };

const tensors = new Map<string, NamedArray>([
  ['W', { dtype: 'F32', shape: [2, 2], data: Float32Array.of(1, -0, Number.NaN, 2 ** -149) }],
  ['b', { dtype: 'F64', shape: [1], data: Float64Array.of(Math.PI) }],
  ['counts', { dtype: 'I32', shape: [3], data: Int32Array.of(1, 2, 3) }],
  ['bytes', { dtype: 'U8', shape: [5], data: Uint8Array.of(1, 2, 3, 4, 5) }],
  ['none', { dtype: 'F32', shape: [0, 3], data: new Float32Array(0) }],
]);
const file = writeUnrolledFile(kind, tensors, { note: 'héllo', config: '{"a":1}' });
const open = (bytes: Uint8Array) => readUnrolledFile(kind, bytes, 'f', {});
const parts = () => {
  const { tensors, metadata } = readSafetensors(file);
  return { tensors, metadata };
};
type Parts = ReturnType<typeof parts>;
const changed = (change: (of: Parts) => void) => {
  const all = parts();
  change(all);
  return writeSafetensors(all.tensors, Object.fromEntries(all.metadata));
};

describe('a file opens', () => {
  test('as written, with its version and digest', () => {
    const { tensors: read, metadata } = open(file);
    expect(read).toEqual(tensors);
    expect(metadata.get('version')).toBe('2');
    expect(JSON.parse(metadata.get(DIGEST) as string).keys).toEqual(['config', 'format', 'note', 'version']);
  });

  test('that Python saved again, in another order and with an extra key', () => {
    const bytes = readFileSync(new URL('../golden/resaved-by-python.safetensors', import.meta.url));
    const { metadata } = readSafetensors(bytes);
    expect(metadata.get('saved by')).toBe('somebody else');
    expect([...metadata.keys()]).not.toEqual([...metadata.keys()].sort());
    readUnrolledFile({ ...kind, format: 'unrolled-model' }, bytes, 'f', {});
  });

  test('with any order of arrays and keys', () => {
    const reversed = {
      tensors: new Map([...tensors].reverse()),
      metadata: new Map([...parts().metadata].reverse()),
    };
    expect(digestOf(reversed)).toBe(parts().metadata.get(DIGEST));
    checkDigest(reversed, 'f');
  });

  test('of version 1, without a digest; and a foreign file with any key "digest"', () => {
    const old = { format: kind.format, version: '1', note: 'x' };
    expect(open(writeSafetensors(tensors, old)).tensors).toEqual(tensors);
    checkDigest({ tensors, metadata: new Map([[DIGEST, 'sha256:00']]) }, 'f');
    checkDigest({ tensors, metadata: new Map([[DIGEST, '{"arrays":1}']]) }, 'f');
  });
});

describe('a file is refused that', () => {
  const cases: [what: string, change: (of: Parts) => void, message: string][] = [
    ['lost an array', ({ tensors }) => tensors.delete('none'), 'its arrays changed after it was written'],
    ['gained an array', ({ tensors }) => tensors.set('x', tensors.get('b')!), 'its arrays changed'],
    [
      'has arrays under exchanged names',
      ({ tensors }) => {
        const b = tensors.get('b')!;
        tensors.delete('b');
        tensors.set('c', b);
      },
      'its arrays changed',
    ],
    [
      'has an array of another shape',
      ({ tensors }) => tensors.set('W', { ...tensors.get('W')!, shape: [4] } as NamedArray),
      'its arrays changed',
    ],
    [
      'has an empty array of another shape',
      ({ tensors }) => tensors.set('none', { dtype: 'F32', shape: [3, 0], data: new Float32Array(0) }),
      'its arrays changed',
    ],
    [
      'has the same bytes as another type',
      ({ tensors }) =>
        tensors.set('counts', {
          dtype: 'F32',
          shape: [3],
          data: new Float32Array(Int32Array.of(1, 2, 3).buffer),
        }),
      'its arrays changed',
    ],
    ['has 0 for −0', ({ tensors }) => tensors.get('W')!.data.set([0], 1), 'its arrays changed'],
    ['has other metadata', ({ metadata }) => metadata.set('note', 'hello'), 'its metadata changed'],
    ['lost metadata', ({ metadata }) => metadata.delete('note'), 'its metadata changed'],
    [
      'lost its digest',
      ({ metadata }) => metadata.delete(DIGEST),
      'the file has no digest; files of this version must have one',
    ],
    [
      'has a digest that is none',
      ({ metadata }) => metadata.set(DIGEST, '{}'),
      'the digest in the file is damaged',
    ],
  ];

  test.each(cases)('%s, and verify: false opens it', (_, change, message) => {
    const bytes = changed(change);
    expect(() => open(bytes)).toThrow(ChangedFileError);
    expect(() => open(bytes)).toThrow(`f: ${message}`);
    expect(() => open(bytes)).toThrow(expect.objectContaining({ code: 'file-damaged' }));
    expect(() => open(bytes)).toThrow('verify: false opens it as it is.');
    readUnrolledFile(kind, bytes, 'f', { verify: false });
  });

  test('has another NaN payload', () => {
    const bytes = changed(({ tensors }) =>
      new Uint32Array(tensors.get('W')!.data.buffer).set([0x7fc00001], 2),
    );
    expect(open(file).tensors.get('W')!.data[2]).toBeNaN();
    expect(() => open(bytes)).toThrow('its arrays changed after it was written');
  });
});

test('every flipped bit of a file is detected, unless the contents are equal', () => {
  const before = open(file);
  const noticed = (bytes: Uint8Array): boolean => {
    try {
      expect(open(bytes)).toEqual(before);
      return false;
    } catch (error) {
      if (error instanceof UnrolledError) return true;
      throw error;
    }
  };
  let silent = 0;
  for (let bit = 0; bit < 8 * file.length; bit++) {
    const bytes = file.slice();
    bytes[bit >> 3] ^= 1 << (bit & 7);
    if (!noticed(bytes)) silent += 1;
  }
  expect(silent).toBe(0);
  const random = new Random(2);
  for (let trial = 0; trial < 300; trial++) {
    const bytes = file.slice();
    for (let i = 0; i < 3; i++)
      bytes[Math.floor(random.uniform() * bytes.length)] = Math.floor(random.uniform() * 256);
    noticed(bytes);
  }
});
