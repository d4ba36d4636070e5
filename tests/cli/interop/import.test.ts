import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { NamedArray } from '../../../src/formats/named-array.ts';
import { writeSafetensors } from '../../../src/formats/safetensors.ts';
import { parseModelFile } from '../../../src/models/model-file.ts';
import { randomModelFile } from '../../support/interop.ts';
import { temporaryFolder, unrolled } from '../../support/process.ts';

const folder = temporaryFolder({
  'words.txt': 'the\ncat\nsat\n<eos>\n',
  'seven.txt': 'a\nb\nc\nd\ne\nf\n<eos>\n',
  'chars.json': '["\\n", "a", "b", "c"]',
});
const folders = {
  data: { train: 'the cat\n', valid: 'sat\n', test: 'the cat sat\n' },
  listed: { vocab: '<eos>\nsat the\ncat\n' },
};
for (const [name, texts] of Object.entries(folders)) {
  mkdirSync(join(folder, name));
  for (const [file, text] of Object.entries(texts)) writeFileSync(join(folder, name, `${file}.txt`), text);
}

const shapes = {
  ...{ 'encoder.weight': [4, 3], 'decoder.weight': [4, 2], 'decoder.bias': [4] },
  ...{ 'rnn.weight_ih_l0': [8, 3], 'rnn.weight_hh_l0': [8, 2], 'rnn.bias_ih_l0': [8], 'rnn.bias_hh_l0': [8] },
};
const arrays = Object.entries(shapes).map(([name, shape], i): [string, NamedArray] => {
  const size = shape.reduce((product, n) => product * n, 1);
  return [name, { dtype: 'F32', shape, data: Float32Array.from({ length: size }, (_, k) => i + k / 8) }];
});
writeFileSync(join(folder, 'lstm.safetensors'), writeSafetensors(new Map(arrays)));
const rnn = arrays.map(([name, { data }]): [string, NamedArray] => {
  const [rows, ...rest] = shapes[name as keyof typeof shapes];
  const shape = [name.startsWith('rnn') ? rows / 4 : rows, ...rest];
  const size = shape.reduce((product, n) => product * n, 1);
  return [name, { dtype: 'F32', shape, data: data.slice(0, size) as Float32Array }];
});
writeFileSync(join(folder, 'rnn.safetensors'), writeSafetensors(new Map(rnn)));

async function vocabularyWith(...flags: readonly string[]) {
  const { status, stderr } = await unrolled(
    folder,
    'import',
    'lstm.safetensors',
    ...flags,
    '--out',
    'out.safetensors',
  );
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const { vocabulary, tokenizer } = parseModelFile(readFileSync(join(folder, 'out.safetensors')));
  return { kind: tokenizer.kind, tokens: vocabulary.tokens };
}

test('the vocabulary comes from a list, a corpus or another model', async () => {
  const words = ['the', 'cat', '<eos>', 'sat'];
  expect(await vocabularyWith('--corpus', 'data')).toEqual({ kind: 'word', tokens: words });
  copyFileSync(join(folder, 'out.safetensors'), join(folder, 'other.safetensors'));
  expect(await vocabularyWith('--tokenizer', 'other.safetensors')).toEqual({ kind: 'word', tokens: words });
  const parts = ['--corpus', 'data/valid.txt', '--corpus', 'data/train.txt'];
  expect((await vocabularyWith(...parts)).tokens).toEqual(['sat', '<eos>', 'the', 'cat']);
  expect((await vocabularyWith('--corpus', 'listed')).tokens).toEqual(['<eos>', 'sat', 'the', 'cat']);
  expect((await vocabularyWith('--vocab', 'words.txt')).tokens).toEqual(['the', 'cat', 'sat', '<eos>']);
  expect(await vocabularyWith('--vocab', 'chars.json')).toEqual({
    kind: 'char',
    tokens: ['\n', 'a', 'b', 'c'],
  });
  expect((await vocabularyWith('--vocab', 'chars.json', '--tokens', 'word')).kind).toBe('word');
  writeFileSync(join(folder, 'korean.txt'), Uint8Array.of(0xbb, 0xf5, 10, 97, 10, 98, 10, 99, 10)); // 새
  const korean = await vocabularyWith('--vocab', 'korean.txt', '--encoding', 'euc-kr');
  expect(korean.tokens).toEqual(['새', 'a', 'b', 'c']);
});

test('import lists what became of each array; --json prints the same', async () => {
  const args = ['import', 'lstm.safetensors', '--vocab', 'words.txt', '--out', 'out.safetensors'];
  const { stdout } = await unrolled(folder, ...args);
  expect(stdout).toMatch(/^ +rnn\.weight_ih_l0 \(8, 3\) +rnn\.0\.Wx$/m);
  expect(stdout).toMatch(/^tokens: 4, split by word$/m);
  expect(stdout).toMatch(/^saved out\.safetensors, [\d.]+ kB$/m);
  const { format, mapped, out, tokens } = JSON.parse((await unrolled(folder, ...args, '--json')).stdout);
  expect({ format, out, tokens, arrays: mapped.length }).toEqual({
    tokens: { kind: 'word', count: 4 },
    format: 'safetensors',
    out: 'out.safetensors',
    arrays: 7,
  });
});

test('a folder of export --to pytorch imports again', async () => {
  await unrolled(folder, 'import', 'lstm.safetensors', '--vocab', 'words.txt', '--out', 'first.safetensors');
  const { stderr } = await unrolled(
    folder,
    'export',
    'first.safetensors',
    '--to',
    'pytorch',
    '--out',
    'torch',
  );
  expect(stderr).toBe('');
  const args = ['import', 'torch', '--vocab', 'torch/vocab.json', '--out', 'again.safetensors'];
  expect((await unrolled(folder, ...args)).stderr).toBe('');
  const [first, again] = ['first', 'again'].map((name) => readFileSync(join(folder, `${name}.safetensors`)));
  expect(again.equals(first)).toBe(true);
  const { stdout } = await unrolled(folder, 'import', 'torch', '--out', 'again.safetensors');
  expect(stdout).toMatch(/^tokens: 4, split by word, of tokenizer\.json$/m);
  expect(readFileSync(join(folder, 'again.safetensors')).equals(first)).toBe(true);
});

test('--map gives roles', async () => {
  const args = ['import', 'rnn.safetensors', '--vocab', 'words.txt', '--out', 'relu.safetensors'];
  await unrolled(folder, ...args, '--map', 'cell=rnn-relu', '--map', 'output=decoder.weight');
  expect(parseModelFile(readFileSync(join(folder, 'relu.safetensors'))).config.cell).toBe('rnn-relu');
});

test.each([
  { args: ['lstm.safetensors'], says: /Pass them with --vocab, --corpus or --tokenizer\.$/m },
  { args: ['rnn.safetensors', '--vocab', 'words.txt'], says: /Pass --map cell=rnn for tanh/ },
  { args: ['lstm.safetensors', '--map', 'output=it is'], says: /--map output=NAME needs/ },
  { args: ['lstm.safetensors', '--map', 'rnn=a b'], says: /--map 'rnn=a b' names no/ },
  { args: ['lstm.safetensors', '--map', 'embedding='], says: /--map: got 'embedding='; it needs ROLE=NAME/ },
  {
    args: ['lstm.safetensors', '--vocab', 'words.txt', '--corpus', 'data'],
    says: /got --vocab and --corpus/,
  },
  { args: ['lstm.safetensors', '--encoding', 'euc-kr'], says: /--encoding belongs to --vocab and --corpus/ },
  { args: ['lstm.safetensors', '--tokens', 'char'], says: /--tokens belongs to --vocab and --corpus/ },
  { args: ['lstm.safetensors', '--corpus', 'none'], says: /^none: / },
  { args: ['lstm.safetensors', '--corpus', '.'], says: /train\.txt: / },
  { args: ['lstm.safetensors', '--corpus', 'data/train.txt'], says: /has 3 tokens, the embedding 4 rows/ },
])('import $args fails with a message', async ({ args, says }) => {
  const { status, stdout, stderr } = await unrolled(folder, 'import', ...args, '--out', 'failed.safetensors');
  expect(stderr).toMatch(says);
  expect([status === 1 || status === 2, stdout]).toEqual([true, '']);
  expect(existsSync(join(folder, 'failed.safetensors'))).toBe(false);
});

test('an exported ONNX model imports again, with its vocabulary; --map has no meaning for it', async () => {
  writeFileSync(join(folder, 'model.safetensors'), randomModelFile({ cell: 'gru', layers: 1 }));
  await unrolled(folder, 'export', 'model.safetensors', '--to', 'onnx', '--out', 'model.onnx');
  const { status, stdout } = await unrolled(folder, 'import', 'model.onnx', '--out', 'again.safetensors');
  expect(status).toBe(0);
  expect(stdout).toMatch(/rnn\.0\.W \(1, 18, 5\) +rnn\.0\.Wx\n/);
  const { config, vocabulary } = parseModelFile(readFileSync(join(folder, 'again.safetensors')));
  expect(config).toMatchObject({ cell: 'gru', layers: 1, embeddingSize: 5, hiddenSize: 6 });
  expect(vocabulary.tokens).toContain('night');
  const mapped = await unrolled(
    folder,
    'import',
    'model.onnx',
    '--map',
    'embedding=E',
    '--out',
    'no.safetensors',
  );
  expect(mapped.stderr).toMatch(/model\.onnx: this is an ONNX model, .*; --map embedding=E is for files/);
  const generated = await unrolled(folder, 'generate', 'model.onnx');
  expect(generated.stderr).toMatch(/this is an ONNX model; .* Convert it with unrolled import\./);
});

test("--book reads the book's parameter list with the text that it was trained on; another format beside it is refused", async () => {
  copyFileSync(new URL('../../golden/interop/Rnnlm.pkl', import.meta.url), join(folder, 'Rnnlm.pkl'));
  writeFileSync(join(folder, 'ptb.train.txt'), ' the cat sat \n on a mat \n');
  const args = ['import', '--book', 'Rnnlm.pkl', '--corpus', 'ptb.train.txt', '--out', 'book.safetensors'];
  const { status, stdout, stderr } = await unrolled(folder, ...args);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toMatch(/^ *1 \(3, 16\) +rnn\.0\.Wx$/m);
  const { vocabulary } = parseModelFile(readFileSync(join(folder, 'book.safetensors')));
  expect(vocabulary.tokens).toEqual(['the', 'cat', 'sat', '<eos>', 'on', 'a', 'mat']);
  const both = await unrolled(folder, ...args, '--format', 'onnx');
  expect(both).toMatchObject({ status: 2, stderr: expect.stringMatching(/--book and --format onnx/) });
});

test('further files are those that the model names; one that it does not name is listed', async () => {
  for (const name of ['model.json', 'model.weights.bin']) {
    mkdirSync(join(folder, name.replace('.', '-')));
    copyFileSync(`tests/golden/interop/keras/tfjs/${name}`, join(folder, name.replace('.', '-'), name));
  }
  const args = ['import', 'model-json/model.json', '--vocab', 'seven.txt', '--out', 'tfjs.safetensors'];
  expect((await unrolled(folder, ...args)).stderr).toMatch(/model\.weights\.bin/);
  args.splice(2, 0, 'model-weights.bin/model.weights.bin', 'words.txt');
  const { status, stdout } = await unrolled(folder, ...args);
  expect(status).toBe(0);
  expect(stdout).toMatch(/^ +words\.txt +left out: the model does not name this file$/m);
  expect(stdout).not.toMatch(/weights\.bin/);
  const again = await unrolled(folder, ...args.toSpliced(3, 0, 'model-json/model.json', 'data/model.json'));
  expect(again).toMatchObject({ status: 2, stdout: '' });
});
