import { expect, test } from 'vitest';
import { exportModel } from '../../../src/interop/export-model.ts';
import { onnxExporter } from '../../../src/interop/onnx/export/export.ts';
import type { ModelProto, TensorProto } from '../../../src/interop/onnx/messages.ts';
import { decodeMessage } from '../../../src/interop/onnx/protobuf/decode.ts';
import { encodeMessage } from '../../../src/interop/onnx/protobuf/encode.ts';
import { many, type Schema } from '../../../src/interop/onnx/protobuf/schema.ts';
import { modelProto } from '../../../src/interop/onnx/schema.ts';
import type { RecurrentConfig } from '../../../src/models/config.ts';
import { type ModelContents, parseModelFile } from '../../../src/models/model-file.ts';
import { randomModelFile } from '../../support/interop.ts';

/** The exported model, decoded again, and the notes. */
async function exported(config: Partial<RecurrentConfig>, contents: Partial<ModelContents> = {}) {
  const { files, notes } = await exportModel(randomModelFile(config, contents), { to: 'onnx', name: 'm' });
  const { graph, ...model } = decodeMessage(
    modelProto,
    files.get('m.onnx') as Uint8Array,
    'm.onnx',
  ) as ModelProto;
  return { model, graph: graph!, notes };
}

const elements = ({ rawData }: TensorProto) => rawData!.length / 4;

test('the inputs and outputs are named as documented; T and N are dynamic', async () => {
  const { graph } = await exported({ cell: 'lstm', tied: true });
  const shapes = (values: typeof graph.input) =>
    values!.map(({ name, type }) => [
      name,
      type!.tensorType!.elemType,
      ...type!.tensorType!.shape!.dim!.map(({ dimValue, dimParam }) => dimValue ?? dimParam),
    ]);
  expect(shapes(graph.input)).toEqual([
    ['ids', 7, 'T', 'N'],
    ['h0', 1, 'N', 6],
    ['c0', 1, 'N', 6],
    ['h1', 1, 'N', 5],
    ['c1', 1, 'N', 5],
  ]);
  expect(shapes(graph.output)).toEqual([
    ['logits', 1, 'T', 'N', 14],
    ['h0_out', 1, 'N', 6],
    ['c0_out', 1, 'N', 6],
    ['h1_out', 1, 'N', 5],
    ['c1_out', 1, 'N', 5],
  ]);
});

test('a tied embedding table is stored once', async () => {
  const { graph } = await exported({ cell: 'gru', tied: true });
  const tables = graph.initializer!.filter((tensor) => elements(tensor) >= 14 * 5);
  expect(tables.filter(({ dims }) => Array.from(dims!).includes(14)).map(({ name }) => name)).toEqual([
    'embedding.W',
  ]);
});

test('the metadata have the vocabulary, the tokenizer, the config, and where a text starts', async () => {
  const contents = { generationConfig: { temperature: 0.7 }, results: { epoch: 3 } };
  const { model } = await exported({ cell: 'rnn', zoneout: 0.1 }, contents);
  const metadata = Object.fromEntries(model.metadataProps!.map(({ key, value }) => [key, value]));
  const { vocabulary } = parseModelFile(randomModelFile());
  expect(JSON.parse(metadata.vocabulary!)).toEqual(vocabulary.tokens);
  expect(metadata.tokenizer).toBe('word');
  expect(JSON.parse(metadata.unrolled!)).toMatchObject({
    cell: 'rnn',
    vocabSize: 14,
    wordvecSize: 5,
    zoneout: 0.1,
  });
  expect(JSON.parse(metadata.special_tokens!)).toEqual({ start: 0, unknown: '<unk>', lineEnd: 0 });
  expect(JSON.parse(metadata.generation_config!)).toEqual({ temperature: 0.7 });
  expect(JSON.parse(metadata.results!)).toEqual({ epoch: 3 });
  expect(metadata).not.toHaveProperty('items');
});

test.each([
  { config: { cell: 'lstm' }, says: [/float64/] },
  { config: { cell: 'minlstm' }, says: [/float64/, /Scan .* for minlstm\./] },
  {
    config: { cell: 'lstm', zoneoutCell: 0.2 },
    says: [/float64/, /Scan .* for lstm with zoneout\./, /expectation/],
  },
] as const)('the notes of $config say what the file has in another form', async ({ config, says }) => {
  const { notes } = await exported(config);
  expect(notes).toHaveLength(says.length);
  for (const [i, pattern] of says.entries()) expect(notes[i]).toMatch(pattern);
});

test('a weight beyond float32 is refused by name', () => {
  const model = parseModelFile(randomModelFile());
  const large = { dtype: 'F64', shape: [14], data: new Float64Array(14).fill(1e39, 3, 4) } as const;
  const tensors = new Map([...model.tensors, ['affine.b', large] as const]);
  expect(() => onnxExporter.write({ ...model, tensors }, { name: 'm', where: 'm.safetensors' })).toThrow(
    expect.objectContaining({
      code: 'not-finite',
      message: expect.stringMatching(/^m\.safetensors: affine\.b: number 3 is 1e\+39/),
    }),
  );
});

test('a file of 2 GiB is refused before memory is allocated for it', () => {
  const schema: Schema<{ parts?: readonly Uint8Array[] }> = { parts: many(1, 'bytes') };
  const part = new Uint8Array(2 ** 26); // one piece of memory, which nothing writes to
  expect(() =>
    encodeMessage(schema, { parts: Array.from({ length: 32 }, () => part) }, 'm.safetensors'),
  ).toThrow(
    expect.objectContaining({ code: 'file-large', message: expect.stringContaining('2,147,483,647') }),
  );
});
