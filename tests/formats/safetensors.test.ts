import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { UnrolledError } from '../../src/errors.ts';
import type { NamedArray } from '../../src/formats/named-array.ts';
import { readSafetensors, writeSafetensors } from '../../src/formats/safetensors.ts';

const golden = readFileSync(new URL('../golden/safetensors-from-python.safetensors', import.meta.url));

const one: NamedArray = { dtype: 'F32', shape: [1], data: Float32Array.of(1) };

function write(name: string, tensor: NamedArray): Uint8Array {
  return writeSafetensors(new Map([[name, tensor]]));
}

describe('a file written by Python', () => {
  test('is read exactly', () => {
    const { tensors, metadata } = readSafetensors(golden);
    expect([...tensors]).toEqual([
      ['10', { dtype: 'F64', shape: [], data: Float64Array.of(Math.PI) }],
      ['empty', { dtype: 'F32', shape: [0, 3], data: new Float32Array(0) }],
      [
        'rnn.0.Wx',
        { dtype: 'F32', shape: [2, 3], data: Float32Array.of(0.1, -0.2, Infinity, NaN, -0, 2 ** -149) },
      ],
      ['é"\\\u0001', { dtype: 'I32', shape: [2], data: Int32Array.of(-(2 ** 31), 2 ** 31 - 1) }],
      ['bytes', { dtype: 'U8', shape: [3], data: Uint8Array.of(0, 7, 255) }],
    ]);
    expect([...metadata]).toEqual([['note', 'héllo "世界" 😀\n']]);
  });

  test('is written again byte for byte, for any order of the map', () => {
    const { tensors, metadata } = readSafetensors(golden);
    const reversed = new Map([...tensors].reverse());
    expect(writeSafetensors(reversed, Object.fromEntries(metadata))).toEqual(new Uint8Array(golden));
  });
});

describe('writing and reading', () => {
  test('an empty file is an empty object, padded', () => {
    const bytes = writeSafetensors(new Map());
    expect(Buffer.from(bytes).toString('latin1')).toBe('\x08\0\0\0\0\0\0\0{}      ');
    expect(readSafetensors(bytes)).toEqual({ tensors: new Map(), metadata: new Map() });
  });

  test.each([1, 2, 3, 4, 5, 6, 7, 8])(
    'the data starts at a multiple of 8 with a name of %i letters',
    (length) => {
      const bytes = write('n'.repeat(length), one);
      expect((bytes.length - 4) % 8).toBe(0);
      expect(new DataView(bytes.buffer).getFloat32(bytes.length - 4, true)).toBe(1);
    },
  );

  test('metadata is sorted by key, so that equal records give equal bytes', () => {
    const written = writeSafetensors(new Map(), { b: '2', a: '1' });
    expect(written).toEqual(writeSafetensors(new Map(), { a: '1', b: '2' }));
    expect([...readSafetensors(written).metadata.keys()]).toEqual(['a', 'b']);
  });

  test('only the viewed part of a buffer is written', () => {
    const view = Float32Array.of(1, 2, 3, 4).subarray(1, 3);
    const { tensors } = readSafetensors(write('v', { dtype: 'F32', shape: [2], data: view }));
    expect(tensors.get('v')?.data).toEqual(Float32Array.of(2, 3));
  });

  test('shared memory can be written and read', () => {
    const data = new Float32Array(new SharedArrayBuffer(8));
    data.set([5, 6]);
    const bytes = write('s', { dtype: 'F32', shape: [2], data });
    const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
    shared.set(bytes);
    expect(readSafetensors(shared).tensors.get('s')?.data).toEqual(Float32Array.of(5, 6));
  });

  test.each([0, 1, 2, 3])(
    'arrays are copies, also from a Buffer that starts at byte %i of its memory',
    (offset) => {
      const bytes = write('w', one);
      const memory = Buffer.alloc(bytes.length + offset);
      memory.set(bytes, offset);
      const data = readSafetensors(memory.subarray(offset)).tensors.get('w')!.data;
      memory.fill(0xff);
      expect(data).toEqual(Float32Array.of(1));
      expect(data.buffer.byteLength).toBe(4);
    },
  );

  test('names such as __proto__ are ordinary names', () => {
    const names = ['__proto__', 'constructor', 'toString', '2', '1'];
    const tensors = new Map(names.map((name): [string, NamedArray] => [name, one]));
    const metadata = Object.fromEntries(names.map((name) => [name, name]));
    const read = readSafetensors(writeSafetensors(tensors, metadata));
    expect(read.tensors).toEqual(tensors);
    expect(read.metadata).toEqual(new Map(names.map((name) => [name, name])));
  });
});

describe('writing refuses', () => {
  test.each<[string, readonly number[]]>([
    ['too small a shape', [2]],
    ['too large a shape', [2, 2]],
    ['a negative size', [-3, -1]],
    ['a broken size', [1.5, 2]],
    ['sizes past 2^53', [2 ** 52, 2 ** 52]],
  ])('%s', (_, shape) => {
    const call = () => write('w', { dtype: 'F32', shape, data: new Float32Array(3) });
    expect(call).toThrow(UnrolledError);
    expect(call).toThrow(`safetensors: tensor "w" has 3 numbers and shape ${JSON.stringify(shape)};`);
  });

  test.each(['', '__metadata__', 'half a pair \ud83d'])('the name %j', (name) => {
    const call = () => write(name, one);
    expect(call).toThrow(UnrolledError);
    expect(call).toThrow(`safetensors: a tensor is named ${JSON.stringify(name)};`);
  });

  test.each<[unknown]>([[7], [null], [{}], ['half a pair \udc00']])('the metadata value %j', (value) => {
    const call = () => writeSafetensors(new Map(), { key: value as string });
    expect(call).toThrow(UnrolledError);
    expect(call).toThrow('safetensors: metadata "key" is ');
  });

  test('a header that is too long', () => {
    const call = () => writeSafetensors(new Map(), { long: 'x'.repeat(100_000_000) });
    const message = expect.stringContaining('the format allows 100000000');
    expect(call).toThrow(expect.objectContaining({ name: 'UnrolledError', message }));
  });
});
