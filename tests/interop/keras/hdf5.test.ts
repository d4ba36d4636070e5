import * as h5wasm from 'h5wasm';
import { expect, test } from 'vitest';
import { importModel } from '../../../src/interop/import-model.ts';
import { hdf5With } from '../../../src/interop/keras/hdf5/with-h5wasm.ts';
import { codecOf, golden } from './support.ts';

const hdf5 = hdf5With(h5wasm);
const options = { codec: codecOf(7), hdf5 };
await h5wasm.ready;

/** An HDF5 file with contents. */
function written(fill: (file: h5wasm.File) => void): Uint8Array {
  const file = new h5wasm.File('/written.h5', 'w');
  fill(file);
  file.close();
  const bytes = h5wasm.FS!.readFile('/written.h5');
  h5wasm.FS!.unlink('/written.h5');
  return bytes;
}

test('texts of the root, arrays of float32 and float64, and the names of other datasets are read', async () => {
  const bytes = written((file) => {
    file.create_attribute('model_config', '{}');
    file.create_attribute('count', 3);
    file.create_group('layers').create_dataset({ name: 'a', data: new Float32Array([1, 2]), shape: [2, 1] });
    file.create_dataset({ name: 'b', data: new Float64Array([3]) });
    file.create_dataset({ name: 'c', data: new Int32Array([3]) });
    file.create_group('optimizer').create_dataset({ name: 'momentum', data: new Float32Array([4]) });
  });
  expect(await hdf5(bytes, 'm.h5')).toEqual({
    attributes: new Map([['model_config', '{}']]),
    arrays: new Map<string, object>([
      ['b', { dtype: 'F64', shape: [1], data: new Float64Array([3]) }],
      ['layers/a', { dtype: 'F32', shape: [2, 1], data: new Float32Array([1, 2]) }],
    ]),
    others: ['c'],
  });
});

test.each<[string, (file: h5wasm.File) => void, string, RegExp]>([
  [
    'an external link',
    (file) => void file.create_external_link('/etc/passwd', '/', 'layers'),
    'file-foreign',
    /"layers" is a soft or external link/,
  ],
  [
    'a soft link to itself',
    (file) => void file.create_group('layers').create_soft_link('/layers/loop', 'loop'),
    'file-foreign',
    /"layers\/loop" is a soft or external link/,
  ],
  [
    'a group that contains itself',
    (file) => void file.create_group('layers').create_hard_link('/layers', 'again'),
    'file-damaged',
    /too many groups/,
  ],
  [
    'zeros that compress to nothing',
    (file) => {
      const data = new Float32Array(1 << 18);
      file.create_dataset({
        name: 'zeros',
        data,
        chunks: [1 << 18],
        compression: 'gzip',
        compression_opts: 9,
      });
    },
    'file-large',
    /"zeros" has 1048576 bytes/,
  ],
])('%s: refused', async (_, fill, code, says) => {
  await expect(hdf5(written(fill), 'm.h5')).rejects.toMatchObject({
    code,
    message: expect.stringMatching(says),
  });
});

test('numbers that are not finite are refused', async () => {
  const bytes = golden('lstm-keras-2.h5');
  const { arrays } = await hdf5(bytes, 'm.h5');
  const kernel = arrays.get('model_weights/dense/dense/kernel:0')!;
  const at = Buffer.from(bytes).indexOf(Buffer.from(kernel.data.buffer));
  new DataView(bytes.buffer).setFloat32(at, Number.NaN, true);
  await expect(importModel({ name: 'm.h5', bytes }, options)).rejects.toMatchObject({ code: 'not-finite' });
});
