import { expect, test } from 'vitest';
import { importModel } from '../../../src/interop/import-model.ts';
import { hdf5With } from '../../../src/interop/keras/hdf5/with-h5wasm.ts';
import { parseModelFile } from '../../../src/models/model-file.ts';
import { largestDifference, logitsOf } from '../../support/interop.ts';
import { codecOf, expectedOf, golden, logSoftmax, tfjsFile } from './support.ts';

const options = { codec: codecOf(7), hdf5: hdf5With(await import('h5wasm')) };

function differenceOf(
  file: Uint8Array,
  ids: readonly number[],
  rows: readonly (readonly number[])[],
): number {
  return largestDifference(logitsOf(file, Int32Array.from(ids)).flatMap(logSoftmax), rows.flat());
}

test.each([
  ['gru.keras', { cell: 'gru', resetAfter: true, layers: 1 }],
  ['lstm-keras-2.h5', { cell: 'lstm', layers: 2 }],
])('%s has the probabilities of Keras', async (name, config) => {
  const { ids, expected } = expectedOf<Record<string, number[][]>>('expected.json');
  const { file, format } = await importModel({ name, bytes: golden(name) }, options);
  expect(format).toBe('keras');
  expect(parseModelFile(file).config).toMatchObject({
    ...config,
    vocabSize: 7,
    embeddingSize: 3,
    hiddenSize: 4,
  });
  expect(differenceOf(file, ids, expected[name])).toBeLessThan(1e-6);
});

test('a model.json has the probabilities of TensorFlow.js', async () => {
  const { ids, expected } = expectedOf<number[][]>('tfjs/expected.json');
  const { file, format } = await importModel(tfjsFile(), options);
  const { name, bytes, sibling } = tfjsFile();
  const buffers = {
    name,
    bytes: Buffer.from(bytes),
    sibling: async (path: string) => {
      const part = await sibling!(path);
      return part && Buffer.from(part);
    },
  };
  expect(await importModel(buffers, options)).toMatchObject({ file });
  expect(format).toBe('tfjs');
  expect(parseModelFile(file).config).toMatchObject({ cell: 'gru', layers: 2, vocabSize: 7 });
  expect(differenceOf(file, ids, expected)).toBeLessThan(1e-6);
});

test('an import lists each array with its weights, and what the model does not have', async () => {
  const { mapped, leftOut } = await importModel({ name: 'gru.keras', bytes: golden('gru.keras') }, options);
  expect(mapped).toEqual([
    { from: 'layers/embedding/vars/0', shape: [7, 3], to: ['embedding.W'] },
    { from: 'layers/gru/cell/vars/0', shape: [3, 12], to: ['rnn.0.Wx'] },
    { from: 'layers/gru/cell/vars/1', shape: [4, 12], to: ['rnn.0.Wh'] },
    { from: 'layers/gru/cell/vars/2', shape: [2, 12], to: ['rnn.0.b', 'rnn.0.bh'] },
    { from: 'layers/time_distributed/layer/vars/0', shape: [4, 7], to: ['affine.W'] },
    { from: 'layers/time_distributed/layer/vars/1', shape: [7], to: ['affine.b'] },
  ]);
  expect(leftOut).toEqual([
    { name: 'dropout', reason: 'it acts only in training' },
    { name: 'embedding: mask_zero', reason: expect.stringContaining('id 0') },
  ]);
});

test('the weights of textgenrnn are refused because of their attention', async () => {
  const call = importModel({ name: 'textgenrnn.hdf5', bytes: golden('textgenrnn.hdf5') }, options);
  await expect(call).rejects.toMatchObject({
    code: 'file-foreign',
    message: expect.stringMatching(/textgenrnn.*"attention" \(AttentionWeightedAverage\)/),
  });
});

test('without an HDF5 reader a Keras file is refused with the package to install', async () => {
  const call = importModel({ name: 'gru.keras', bytes: golden('gru.keras') }, { codec: options.codec });
  await expect(call).rejects.toMatchObject({
    code: 'option-value',
    message: expect.stringContaining('h5wasm'),
  });
});
