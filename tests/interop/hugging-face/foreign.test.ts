import { describe, expect, test } from 'vitest';
import { UnrolledError } from '../../../src/errors.ts';
import { exportModel } from '../../../src/interop/export-model.ts';
import { importModel } from '../../../src/interop/import-model.ts';
import { parseModelFile } from '../../../src/models/model-file.ts';
import { randomModelFile } from '../../support/interop.ts';
import { mutations } from '../../support/mutations.ts';

type Files = ReadonlyMap<string, Uint8Array>;

const json = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
const model = randomModelFile();
const { tokens } = parseModelFile(model).vocabulary;
const wordLevel = {
  ...{ added_tokens: [], normalizer: null, pre_tokenizer: { type: 'WhitespaceSplit' } },
  model: {
    type: 'WordLevel',
    unk_token: '<unk>',
    vocab: Object.fromEntries(tokens.map((token, id) => [token, id])),
  },
};
const config = json({ architectures: ['LSTMForCausalLM'], model_type: 'my-lstm', hidden: 6 });
const files: Files = new Map([
  ['config.json', config],
  ['model.safetensors', (await exportModel(model, { to: 'pytorch' })).files.get('model.safetensors')!],
  ['tokenizer.json', json(wordLevel)],
  ['generation_config.json', json({ temperature: 0.6, pad_token_id: 0 })],
]);

const imported = (folder: Files) =>
  importModel({
    name: 'config.json',
    bytes: folder.get('config.json')!,
    sibling: async (name) => folder.get(name) ?? null,
  });

test('a folder with recurrent weights of PyTorch opens with its tokenizer.json', async () => {
  const { file, format, leftOut } = await imported(files);
  const [got, original] = [parseModelFile(file), parseModelFile(model)];
  expect([format, leftOut]).toEqual(['hf', []]);
  expect(got.vocabulary.tokens).toEqual(tokens);
  expect(got.generationConfig).toEqual({ temperature: 0.6 });
  for (const [name, { shape, data }] of original.tensors) {
    expect([name, got.tensors.get(name)!.shape]).toEqual([name, shape]);
    expect(got.tensors.get(name)!.data).toEqual(Float32Array.from(data));
  }
});

test('a tokenizer.json that is not supported is left out with the reason', async () => {
  const unigram = new Map([...files, ['tokenizer.json', json({ model: { type: 'Unigram', vocab: [] } })]]);
  const message = expect.stringMatching(/and tokenizer\.json is not used: its model is "Unigram"/);
  await expect(imported(unigram)).rejects.toMatchObject({ code: 'vocabulary', message });
  const codec = parseModelFile(model);
  const { leftOut } = await importModel(
    { name: 'config.json', bytes: config, sibling: async (name) => unigram.get(name) ?? null },
    { codec },
  );
  expect(leftOut).toEqual([
    { name: 'tokenizer.json', reason: expect.stringMatching(/^its model is "Unigram"/) },
  ]);
});

describe('refused by name:', () => {
  test.each<[string, Files]>([
    ['no weights', new Map([['config.json', config]])],
    ['an empty file', new Map([...files, ['model.safetensors', new Uint8Array(3)]])],
    ['weights with other names', new Map([...files, ['model.safetensors', model]])],
  ])('%s', async (_, folder) => {
    const message = expect.stringMatching(/model_type is "my-lstm" \(LSTMForCausalLM\)/);
    await expect(imported(folder)).rejects.toMatchObject({ code: 'file-foreign', message });
  });
});

test('damaged weights are refused, or give a model file', async () => {
  for (const bytes of mutations(files.get('model.safetensors')!, 100, 5)) {
    const result = await imported(new Map([...files, ['model.safetensors', bytes]])).catch(
      (error: unknown) => error,
    );
    if (result instanceof UnrolledError) continue;
    if (result instanceof Error) throw result;
    parseModelFile((result as { file: Uint8Array }).file);
  }
});
