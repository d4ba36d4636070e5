import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { openBackend } from '../../../src/backends/open.ts';
import { Corpus } from '../../../src/data/corpus.ts';
import { readSafetensors } from '../../../src/formats/safetensors.ts';
import { readModelFile } from '../../../src/models/model-file.ts';
import { fitAdaptation } from '../../../src/training/adaptation/fit-adaptation.ts';
import { gradientStatistics } from '../../../src/training/adaptation/gradient-statistics.ts';
import { evaluate } from '../../../src/training/evaluation/evaluate.ts';
import { bigramPerplexity, countNgrams, unigramPerplexity } from '../../../src/training/ngram/ngram.ts';
import { lastJson, metadataOf } from '../../support/output.ts';
import { sentences, temporaryFolder, tiny, unrolled } from '../../support/process.ts';
import { resealed } from '../../support/resealed.ts';

const trainText = sentences(150);
const testText = `the unicorn sings .\n${sentences(20, 7)}`;
const folder = temporaryFolder({
  'train.txt': trainText,
  'test.txt': testText,
  'bom.txt': `\ufeff${testText}`,
  'one.txt': 'the',
});
const at = (name: string): string => join(folder, name);
const sameBits = ['--backend', 'wasm-strict'];

beforeAll(async () => {
  const args = [
    'train',
    'train.txt',
    ...tiny,
    ...sameBits,
    '--valid',
    'none',
    '--test',
    'test.txt',
    '--out',
    'm',
  ];
  expect(await unrolled(folder, ...args)).toMatchObject({ status: 0 });
});

test("evaluate prints the library's metrics, and baselines counted on the training text", async () => {
  const { stdout, stderr } = await unrolled(folder, 'evaluate', 'm', 'test.txt', ...sameBits, '--json');
  const { model, tokenizer, vocabulary } = readModelFile(
    readFileSync(at('m')),
    await openBackend('wasm-strict'),
  );
  const corpus = Corpus.encode(testText, tokenizer, vocabulary);
  const counts = countNgrams(Corpus.encode(trainText, tokenizer, vocabulary).ids, vocabulary.size);
  const { perplexity, knownPerplexity, bitsPerByte, bitsPerCharacter } = await evaluate(model, corpus);
  expect(stderr).toBe('');
  expect(JSON.parse(stdout)).toEqual({
    perplexity,
    knownPerplexity,
    bitsPerByte,
    bitsPerCharacter,
    tokens: 145,
    unknownTokens: 2,
    unknownRate: 2 / 145,
    unigramPerplexity: unigramPerplexity(counts, corpus.ids),
    bigramPerplexity: bigramPerplexity(counts, corpus.ids),
  });
});

test('it agrees with the results in the model file', async () => {
  const { stdout } = await unrolled(folder, 'evaluate', 'm', 'test.txt', ...sameBits, '--json');
  const results = JSON.parse(metadataOf(at('m'), 'results'));
  expect(results.test).toEqual(JSON.parse(stdout));
});

test('the table names the text and has a row for each number', async () => {
  const { stdout } = await unrolled(folder, 'evaluate', 'm', 'test.txt');
  expect(stdout).toMatch(/^ +test\.txt\n/);
  for (const row of [
    'perplexity',
    'over known tokens',
    'unigram',
    'bigram',
    'bits per byte',
    'bits per character',
    'out of vocab',
  ]) {
    expect(stdout).toMatch(new RegExp(`${row}.* [\\d.]+%?\\n`));
  }
});

test.each([
  ['--dynamic', { dynamic: { lr: 0.01, decay: 0 } }],
  ['--cache', { cache: { window: 500, theta: 0.3, lambda: 0.1 } }],
  [
    '--dynamic --dynamic-lr 0.2 --dynamic-decay 0.01 --cache --cache-window 30 --cache-theta 0.5 --cache-lambda 0.2',
    { dynamic: { lr: 0.2, decay: 0.01 }, cache: { window: 30, theta: 0.5, lambda: 0.2 } },
  ],
])("%s prints the library's metrics next to the plain ones", async (flags, adaptation) => {
  const before = readFileSync(at('m'));
  const plain = await unrolled(folder, 'evaluate', 'm', 'test.txt', ...sameBits, '--json');
  const args = [...flags.split(' '), ...sameBits];
  const { stdout, stderr } = await unrolled(folder, 'evaluate', 'm', 'test.txt', ...args, '--json');
  const { model, tokenizer, vocabulary } = readModelFile(before, await openBackend('wasm-strict'));
  const corpus = Corpus.encode(testText, tokenizer, vocabulary);
  const measured = await evaluate(model, corpus, adaptation);
  const { perplexity, knownPerplexity, bitsPerByte, bitsPerCharacter } = measured;
  expect(stderr).toBe('');
  expect(JSON.parse(stdout)).toEqual({
    ...JSON.parse(plain.stdout),
    adapted: { ...adaptation, perplexity, knownPerplexity, bitsPerByte, bitsPerCharacter },
  });
  expect(perplexity).not.toBe(JSON.parse(plain.stdout).perplexity);
  expect(readFileSync(at('m'))).toEqual(before);
});

test('--dynamic-text scales the steps by the gradients on a text, and --fit chooses the settings', async () => {
  const { model, tokenizer, vocabulary } = readModelFile(
    readFileSync(at('m')),
    await openBackend('wasm-strict'),
  );
  const [train, test] = [trainText, testText].map((text) => Corpus.encode(text, tokenizer, vocabulary));
  const statistics = await gradientStatistics(model, train);
  const scaled = await evaluate(model, test, { dynamic: { lr: 0.001, statistics } });
  const flags = '--dynamic --dynamic-text train.txt --json'.split(' ');
  const fixed = await unrolled(
    folder,
    'evaluate',
    'm',
    'test.txt',
    ...flags,
    '--dynamic-lr',
    '0.001',
    ...sameBits,
  );
  expect(JSON.parse(fixed.stdout).adapted).toMatchObject({ perplexity: scaled.perplexity });
  expect(Object.keys(JSON.parse(fixed.stdout).adapted.dynamic)).toEqual(['lr', 'decay', 'epsilon']);
  const fitted = await unrolled(
    folder,
    'evaluate',
    'm',
    'test.txt',
    ...flags,
    '--fit',
    'test.txt',
    ...sameBits,
  );
  const { dynamic, perplexity } = JSON.parse(fitted.stdout).adapted;
  const expected = await fitAdaptation(model, test, { dynamic: { statistics } });
  expect(expected).toMatchObject({ dynamic });
  expect(perplexity).toBe((await evaluate(model, test, expected)).perplexity);
});

test('the flags printed by --fit repeat its settings', async () => {
  const args = ['evaluate', 'm', 'test.txt', '--cache', '--dynamic', ...sameBits];
  const { stdout } = await unrolled(folder, ...args, '--fit', 'test.txt', '--cache-theta', '0.4');
  const flags = /^settings fitted on test\.txt: (.*)$/m.exec(stdout)?.[1] ?? '';
  expect(flags).toMatch(
    /^--dynamic --dynamic-lr \S+ --dynamic-decay \S+ --cache --cache-window \d+ --cache-theta 0\.4/,
  );
  const again = await unrolled(folder, 'evaluate', 'm', 'test.txt', ...flags.split(' '), ...sameBits);
  expect(stdout.startsWith(again.stdout)).toBe(true);
});

test('the table has a column for the adapted model', async () => {
  const both = await unrolled(folder, 'evaluate', 'm', 'test.txt', '--cache', '--dynamic');
  expect(both.stdout).toMatch(/^ +test\.txt +dynamic \+ cache\n +perplexity +[\d.]+ +[\d.]+\n/);
  const one = await unrolled(folder, 'evaluate', 'm', 'test.txt', '--cache');
  expect(one.stdout).toMatch(/^ +test\.txt +cache\n/);
});

test('--per-word equals the perplexity of a word model, and converts that of a byte model', async () => {
  const words = await unrolled(folder, 'evaluate', 'm', 'test.txt', '--per-word', '--cache', '--json');
  const ofWords = JSON.parse(words.stdout);
  expect(ofWords.words).toBe(ofWords.tokens);
  expect(ofWords.perWordPerplexity).toBe(ofWords.perplexity);
  expect(ofWords.adapted.perWordPerplexity).toBe(ofWords.adapted.perplexity);
  const training = ['train', 'train.txt', ...tiny, '--tokens', 'byte', '--valid', 'none', '--quiet'];
  expect(await unrolled(folder, ...training, '--out', 'bytes')).toMatchObject({ status: 0 });
  const bytes = await unrolled(folder, 'evaluate', 'bytes', 'test.txt', '--per-word', '--json');
  const { perWordPerplexity, bitsPerByte, words: count } = JSON.parse(bytes.stdout);
  expect(count).toBe(ofWords.words);
  expect(Math.log2(perWordPerplexity)).toBeCloseTo((bitsPerByte * Buffer.byteLength(testText)) / count, 9);
  const { stdout } = await unrolled(folder, 'evaluate', 'bytes', 'test.txt', '--per-word', '--dynamic');
  expect(stdout).toMatch(/^ +perplexity per word +[\d,.]+ +[\d,.]+$/m);
});

test('a byte order mark is not part of the text', async () => {
  const [plain, marked] = await Promise.all(
    ['test.txt', 'bom.txt'].map((file) => unrolled(folder, 'evaluate', 'm', file, '--json')),
  );
  expect(marked.stdout).toBe(plain.stdout);
});

test('without counts in the file there are no baselines', async () => {
  const { tensors, metadata } = readSafetensors(readFileSync(at('m')));
  for (const name of ['counts.unigram', 'counts.bigram']) expect(tensors.delete(name)).toBe(true);
  writeFileSync(at('bare'), resealed(tensors, Object.fromEntries(metadata)));
  const { stdout } = await unrolled(folder, 'evaluate', 'bare', 'test.txt', '--json');
  expect(JSON.parse(stdout)).toMatchObject({ unigramPerplexity: null, bigramPerplexity: null });
  expect((await unrolled(folder, 'evaluate', 'bare', 'test.txt')).stdout).toMatch(/bigram .* —\n/);
});

test('a text that is too short is refused', async () => {
  const { status, stderr } = await unrolled(folder, 'evaluate', 'm', 'one.txt');
  expect({ status, stderr }).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/^evaluate: .* at least 2/),
  });
});

test('evaluate needs a FILE unless the model was trained on the bundled speeches', async () => {
  const { status, stderr } = await unrolled(folder, 'evaluate', 'm');
  expect({ status, stderr }).toMatchObject({
    status: 2,
    stderr: expect.stringMatching(/^evaluate: got no FILE/),
  });
  const quick = ['--max-tokens', '2000', '--vocab-size', '50', '--valid', 'none', '--epochs', '1', '--json'];
  const trained = await unrolled(folder, 'train', ...tiny, ...quick, ...sameBits, '--out', 'bundled');
  const bundled = await unrolled(folder, 'evaluate', 'bundled', ...sameBits, '--json');
  expect(bundled).toMatchObject({ status: 0, stderr: '' });
  const { test: measured } = lastJson(trained.stdout);
  expect(JSON.parse(bundled.stdout)).toEqual(measured);
});
