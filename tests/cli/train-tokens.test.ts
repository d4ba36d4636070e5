import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { metadataOf } from '../support/output.ts';
import { sentences, temporaryFolder, tiny, unrolled } from '../support/process.ts';

const korean = '고양이가 매트에 앉았다. 개는, 짖었다!\r\n';
const raw = 'The cat sat, and slept. "Why?" asked the dog.\n';
const folder = temporaryFolder({
  'raw.txt': raw.repeat(60),
  'korean.txt': korean.repeat(80),
  'words.txt': sentences(100),
});
const train = (...args: string[]) => unrolled(folder, 'train', ...args, ...tiny);
const metadata = (name: string, part: string) => metadataOf(join(folder, name), part);
const recipeOf = (name: string) => JSON.parse(metadata(name, 'recipe'));

beforeAll(async () => {
  const args = ['raw.txt', '--vocab-size', '280', '--out', 'raw'];
  expect(await train(...args)).toMatchObject({ status: 0, stderr: '' });
});

test('raw text uses BPE, tokenised text uses words, and the start-up lines say why', async () => {
  const pieces = await train('korean.txt', '--out', 'korean');
  expect(pieces).toMatchObject({ status: 0, stderr: '' });
  expect(pieces.stdout).toMatch(/ bpe tokens for training\n/);
  expect(pieces.stdout).toMatch(/out of vocabulary: none\n/);
  expect(pieces.stdout).toMatch(
    /chosen +bpe with 300 pieces: this text is not tokenised \(--tokens, --vocab-size\)/,
  );
  expect(pieces.stdout).toMatch(/ [\d]+ pieces, not 300: no other pair occurs twice in this text/);
  expect(pieces.stdout).toMatch(/reproduce with: --tokens bpe --vocab-size 300 --cell/);
  expect(recipeOf('korean')).toMatchObject({ tokens: 'bpe', vocabSize: 300 });
  const words = await train('words.txt', '--out', 'words');
  expect(words.stdout).toMatch(/chosen +word tokens: this text is already tokenised at white space/);
  expect(recipeOf('words')).toMatchObject({ tokens: 'word', vocabSize: 4000 });
});

test('if a text has too few pairs, the start-up lines say how many pieces there are', async () => {
  const { stdout } = await train('korean.txt', '--tokens', 'bpe', '--vocab-size', '400', '--out', 'fewer');
  expect(stdout).toMatch(/chosen +296 pieces, not 400: no other pair occurs twice in this text/);
});

test('a BPE model generates text with its spaces and line ends', async () => {
  const { stdout } = await unrolled(
    folder,
    'generate',
    'raw',
    '--prompt',
    'The cat',
    '--length',
    '20',
    '--seed',
    '1',
  );
  expect(stdout.startsWith('The cat')).toBe(true);
  const { stdout: json } = await unrolled(folder, 'evaluate', 'raw', 'korean.txt', '--json');
  expect(JSON.parse(json)).toMatchObject({ unknownTokens: 0 });
});

test('--init uses the pieces of its model', async () => {
  const more = await train('korean.txt', '--init', 'raw', '--out', 'more');
  expect(more).toMatchObject({ status: 0, stderr: '' });
  expect(metadata('more', 'tokenizer')).toBe(metadata('raw', 'tokenizer'));
  const words = await train('raw.txt', '--init', 'raw', '--tokens', 'word', '--out', 'other');
  expect(words.status).toBe(1);
  expect(words.stderr).toMatch(
    /^raw: the file's tokenizer is bpe and this run's is word; the weights need the same one\. Leave --tokens, --normalize and --tokenizer out/,
  );
});

test('--tokenizer uses an existing tokenizer, from a tokenizer.json or a model', async () => {
  const learn = ['tokenizer', 'train', 'raw.txt', '--vocab-size', '270', '--out', 'given.json'];
  expect(await unrolled(folder, ...learn)).toMatchObject({ status: 0, stderr: '' });
  for (const [file, size] of [
    ['given.json', 270],
    ['raw', 280],
  ] as const) {
    const run = await train('raw.txt', '--tokenizer', file, '--out', 'with');
    expect(run).toMatchObject({ status: 0, stderr: '' });
    expect(recipeOf('with')).toMatchObject({ tokens: 'bpe', vocabSize: size });
  }
  expect(metadata('with', 'tokenizer')).toBe(metadata('raw', 'tokenizer'));
  const text = await train('raw.txt', '--tokenizer', 'raw.txt', '--out', 'with');
  expect(text).toMatchObject({ status: 1, stdout: '' });
  expect(text.stderr).toMatch(/^raw\.txt: this is a text; it needs a tokenizer\.json or a model file\. /);
});

test.each([
  [['--tokenizer', 'raw', '--tokens', 'bpe'], 2, 'got --tokenizer and --tokens; they exclude each other'],
  [
    ['--tokenizer', 'raw', '--vocab-size', '300'],
    2,
    'got --tokenizer and --vocab-size; they exclude each other',
  ],
  [
    ['--tokens', 'bpe', '--vocab-size', 'all'],
    1,
    '--vocab-size is all; with --tokens bpe it must be an integer',
  ],
  [['--tokens', 'bpe', '--vocab-size', '256'], 1, 'must be an integer from 257 to'],
  [['--tokenizer', 'nowhere.json'], 1, 'nowhere.json: there is no such file'],
] as const)('%j is refused', async (flags, status, message) => {
  const run = await train('raw.txt', ...flags, '--out', 'refused');
  expect(run).toMatchObject({ status, stdout: '' });
  expect(run.stderr).toContain(message);
});
