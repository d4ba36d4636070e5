import { expect, test } from 'vitest';
import { exportModel } from '../../../src/interop/export-model.ts';
import { importModel } from '../../../src/interop/import-model.ts';
import { parseModelFile } from '../../../src/models/model-file.ts';
import { randomModelFile } from '../../support/interop.ts';
import { configs } from './cases.ts';

/** The numbers as float32, in hexadecimal. */
const bits = (numbers: ArrayLike<number>): string =>
  Buffer.from(Float32Array.from(numbers).buffer).toString('hex');

test.each(configs)('a model exported to ONNX is the same again: %j', async (config) => {
  const file = randomModelFile(config);
  const { files } = await exportModel(file, { to: 'onnx' });
  const imported = await importModel({ name: 'model.onnx', bytes: files.get('model.onnx')! });
  expect(imported).toMatchObject({ format: 'onnx', leftOut: [] });
  const { tensors, ...rest } = parseModelFile(imported.file);
  const { tensors: original, ...others } = parseModelFile(file);
  expect(rest).toEqual(others);
  expect([...tensors.keys()]).toEqual([...original.keys()]);
  for (const [name, { data }] of tensors) expect(bits(data), name).toEqual(bits(original.get(name)!.data));
});
