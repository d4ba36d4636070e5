import { describe, expect, test } from 'vitest';
import { Vocabulary } from '../../../src/data/vocabulary/vocabulary.ts';
import { UnrolledError } from '../../../src/errors.ts';
import { exportModel } from '../../../src/interop/export-model.ts';
import { importModel } from '../../../src/interop/import-model.ts';
import type { ModelContents } from '../../../src/models/model-file.ts';
import { encodeModelFile, parseModelFile } from '../../../src/models/model-file.ts';
import { randomModelFile, takesAll } from '../../support/interop.ts';
import { mutations } from '../../support/mutations.ts';
import { codecs } from './codecs.ts';

type Files = ReadonlyMap<string, Uint8Array>;

const contents: Partial<ModelContents> = {
  recipe: { tokens: 'word', lr: 0.5, clip: null, seed: 7 },
  results: { epoch: 3, valid: { perplexity: 12.25, tokens: 900 }, test: null },
  corpus: { tokens: 5000, files: [{ name: 'a.txt', sha256: 'ff' }] },
};

async function folderOf(model: Uint8Array): Promise<Files> {
  return (await exportModel(model, { to: 'hf' })).files;
}

async function imported(files: Files): Promise<Awaited<ReturnType<typeof importModel>>> {
  const bytes = files.get('config.json')!;
  return await importModel({ name: 'config.json', bytes, sibling: async (name) => files.get(name) ?? null });
}

async function published(model: Uint8Array): Promise<Uint8Array> {
  return (await exportModel(model, { to: 'safetensors' })).files.get('model.safetensors')!;
}

/** Everything in a model file, with the bits of its numbers. */
function partsOf(file: Uint8Array): object {
  const { tokenizer, ...parts } = parseModelFile(file);
  return { ...parts, tokenizer: tokenizer.toJSON() };
}

const json = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
const parsed = (files: Files, name: string) => JSON.parse(new TextDecoder().decode(files.get(name)));
const files = await folderOf(randomModelFile({}, contents));
/** The folder with some members of a JSON file changed. */
const edited = (name: string, change: object): Files =>
  new Map([...files, [name, json({ ...parsed(files, name), ...change })]]);

describe('a folder imports to the bits of --to safetensors', () => {
  test.each([
    { cell: 'rnn' },
    { cell: 'gru', resetAfter: true, tied: true },
    { cell: 'lstm-cifg', zoneout: 0.1, zoneoutCell: 0.2, layers: 1 },
    { cell: 'mogrifier-lstm', mogrifierRounds: 3 },
    { cell: 'mingru', layers: 3 },
  ] as const)('%o', async (config) => {
    const model = randomModelFile(config, { ...contents, generationConfig: { temperature: 0.7, top_k: 40 } });
    const { file, mapped, leftOut } = await imported(await folderOf(model));
    expect(partsOf(file)).toEqual(partsOf(await published(model)));
    expect(mapped.map(({ to }) => to[0]).sort()).toEqual([...parseModelFile(file).tensors.keys()].sort());
    expect(leftOut).toEqual([]);
  });

  test.each([...codecs.keys()])('with the tokenizer %s', async (name) => {
    const model = randomModelFile({ layers: 1 }, codecs.get(name)!);
    const { file } = await imported(await folderOf(model));
    expect(partsOf(file)).toEqual(partsOf(await published(model)));
  });
});

test('config.json and generation_config.json have the names of Hugging Face', async () => {
  const vocabulary = Vocabulary.fromTokens(['<eos>', '<unk>', 'a'], '<unk>').withEnd();
  const folder = await folderOf(randomModelFile({}, { vocabulary, items: 'line' }));
  const sizes = { vocab_size: 4, hidden_size: 6, num_hidden_layers: 2, tie_word_embeddings: false };
  expect(parsed(folder, 'config.json')).toMatchObject({ model_type: 'unrolled', ...sizes, eos_token_id: 3 });
  expect(parsed(folder, 'generation_config.json')).toEqual({
    do_sample: true,
    temperature: 0.8,
    eos_token_id: 3,
  });
  expect(parsed(files, 'config.json')).not.toHaveProperty('eos_token_id');
  const greedy = await folderOf(randomModelFile({}, { generationConfig: { temperature: 0, min_p: 0.1 } }));
  expect(parsed(greedy, 'generation_config.json')).toEqual({ do_sample: false, temperature: 0, min_p: 0.1 });
});

test('the model card has sizes, settings and results, and no licence unless one is given', async () => {
  const card = new TextDecoder().decode(files.get('README.md'));
  expect(card).toMatch(/^---\nlibrary_name: unrolled\n/);
  expect(card).not.toContain('license');
  for (const text of [
    '# model\n',
    '5,000 tokens',
    '| lr | 0.5 |',
    '| valid.perplexity | 12.25 |',
    '2 lstm layers',
  ])
    expect(card).toContain(text);
  const call = exportModel(randomModelFile(), { to: 'hf', license: 'mit\ntags: [x]' });
  await expect(call).rejects.toMatchObject({
    code: 'option-value',
    message: expect.stringMatching(/license is/),
  });
});

test('a vocabulary with invalid Unicode has no tokenizer.json, and a note says so', async () => {
  const vocabulary = Vocabulary.fromTokens(['\udc80', 'a'], null);
  const model = randomModelFile({}, { vocabulary });
  const { files: folder, notes } = await exportModel(model, { to: 'hf' });
  expect(folder.has('tokenizer.json')).toBe(false);
  expect(notes).toContainEqual(expect.stringMatching(/^tokenizer\.json is not written/));
  expect(partsOf((await imported(folder)).file)).toEqual(partsOf(await published(model)));
});

test('an edited generation_config.json wins over the model file', async () => {
  const folder = edited('generation_config.json', {
    temperature: 0.3,
    top_p: 0.9,
    transformers_version: '5',
  });
  const { file } = await imported(folder);
  expect(parseModelFile(file).generationConfig).toEqual({ temperature: 0.3, top_p: 0.9 });
  expect(parseModelFile((await imported(files)).file)).not.toHaveProperty('generationConfig');
});

test('keys that tools add to config.json change nothing; what only training needs is listed', async () => {
  const before = parseModelFile(randomModelFile({}, { ...contents, extras: new Map() }));
  const counts = { dtype: 'I32', shape: [1], data: Int32Array.of(3) } as const;
  const saved = { ...before, tensors: new Map([...before.tensors, ['counts.unigram', counts]]) };
  const folder = new Map([
    ...edited('config.json', { transformers_version: '5.0', dtype: 'float32' }),
    ['model.safetensors', encodeModelFile({ ...saved, recipe: { lr: 1, path: '/home' } })],
  ]);
  const { file, leftOut } = await imported(folder);
  expect(leftOut.map(({ name }) => name)).toEqual(['counts.unigram', 'recipe.path', 'corpus.files']);
  expect(parseModelFile(file).recipe).toEqual({ lr: 1 });
});

describe('refused with the reason:', () => {
  const without = (name: string, ...more: [string, Uint8Array][]) =>
    new Map([...[...files].filter(([other]) => other !== name), ...more]);
  const config = parsed(files, 'config.json');
  const tokenizer = parsed(files, 'tokenizer.json');
  const { cat, dog, ...vocab } = tokenizer.model.vocab;
  const withVocab = (words: object) =>
    edited('tokenizer.json', { model: { ...tokenizer.model, vocab: words } });

  test.each<[string, Files, string, RegExp]>([
    [
      'another architecture',
      edited('config.json', { model_type: 'gpt2', architectures: ['GPT2LMHeadModel'] }),
      'file-foreign',
      /model_type is "gpt2" \(GPT2LMHeadModel\)/,
    ],
    ['no architecture', edited('config.json', { model_type: null }), 'file-foreign', /model_type is null/],
    ['no weights', without('model.safetensors'), 'file-missing', /no model\.safetensors/],
    [
      'weights in shards',
      without('model.safetensors', ['model.safetensors.index.json', json({})]),
      'file-foreign',
      /several files, listed by model\.safetensors\.index\.json/,
    ],
    ['another width', edited('config.json', { hidden_size: 7 }), 'config', /hidden_size differs/],
    [
      'another cell',
      edited('config.json', { unrolled: { ...config.unrolled, cell: 'gru' } }),
      'config',
      /unrolled\.cell differs/,
    ],
    [
      'a tied config',
      edited('config.json', { unrolled: { ...config.unrolled, tied: true } }),
      'config',
      /unrolled\.tied differs/,
    ],
    ['a config without ours', edited('config.json', { unrolled: null }), 'config', /unrolled differs/],
    [
      'a config that is no object',
      new Map([...files, ['config.json', json([{}])]]),
      'file-damaged',
      /not a JSON object/,
    ],
    ['a smaller tokenizer', withVocab(vocab), 'file-damaged', /the integers from 0/],
    [
      'a larger tokenizer',
      withVocab({ cat, dog, ...vocab, more: 14 }),
      'vocabulary',
      /it has 15 tokens, the model 14/,
    ],
    [
      'another order of tokens',
      withVocab({ cat: dog, dog: cat, ...vocab }),
      'vocabulary',
      /token \d+ is "(cat|dog)", the model's is/,
    ],
    ['a tokenizer without a vocabulary', edited('tokenizer.json', { model: 3 }), 'file-damaged', /"vocab"/],
    [
      'foreign weights',
      new Map([...files, ['model.safetensors', json({ a: 1 })]]),
      'file-damaged',
      /^model\.safetensors: /,
    ],
  ])('%s', async (_, folder, code, message) => {
    await expect(imported(folder)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  });
});

test('damaged folders are refused, or give a model file', async () => {
  const folder = await folderOf(randomModelFile({ layers: 1 }, contents));
  const names = ['config.json', 'model.safetensors', 'tokenizer.json', 'generation_config.json'];
  for (const [at, name] of names.entries()) {
    for (const bytes of mutations(folder.get(name)!, takesAll ? 1250 : 75, at + 1)) {
      const result = await imported(new Map([...folder, [name, bytes]])).catch((error: unknown) => error);
      if (result instanceof UnrolledError) continue;
      if (result instanceof Error) throw result;
      parseModelFile((result as { file: Uint8Array }).file);
    }
  }
});

test('JSON nested deeper than the stack is refused or ignored', async () => {
  const deep = JSON.parse('['.repeat(50_000) + ']'.repeat(50_000));
  const text = (depth: string) => new TextEncoder().encode(`{"model_type":"unrolled","a":${depth}}`);
  const nested = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;
  expect(deep).toHaveLength(1);
  await expect(imported(new Map([...files, ['config.json', text(nested)]]))).rejects.toMatchObject({
    code: 'config',
  });
  const { file } = await imported(new Map([...files, ['generation_config.json', text(nested)]]));
  expect(parseModelFile(file)).not.toHaveProperty('generationConfig');
});
