import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { openBackend } from '../../src/backends/open.ts';
import { readSafetensors } from '../../src/formats/safetensors.ts';
import { readModelFile } from '../../src/models/model-file.ts';
import { randomIntegers } from '../data/random-integers.ts';
import { metadataOf } from '../support/output.ts';
import { type Finished, InProcess, temporaryFolder, unrolled } from '../support/process.ts';

/** Names of two to five syllables. */
function names(count: number, seed: number): string[] {
  const numbers = randomIntegers(seed, 6 * count, 1000);
  const syllables = ['ka', 'mi', 'ro', 'na', 'le', 'sa'];
  return Array.from({ length: count }, (_, i) =>
    Array.from({ length: 2 + (numbers[6 * i] % 4) }, (__, j) => syllables[numbers[6 * i + j + 1] % 6]).join(
      '',
    ),
  );
}

const all = names(300, 4);
const folder = temporaryFolder({
  'names.txt': `${all.join('\n')}\n`,
  'gaps.txt': `${all.slice(0, 40).join('\r\n\n')}\n`,
  'test.txt': `${names(30, 9).join('\n')}\n`,
  'names.jsonl': all.map((name) => `${JSON.stringify({ name })}\n`).join(''),
  'bad.jsonl': `{"name":"kami"}\n{"name":\n${all.map((name) => `${JSON.stringify({ name })}\n`).join('')}{}\n`,
  'names.csv': `id,name\n${all.map((name, i) => `${i},"${name}"\n`).join('')}`,
  'open.csv': 'id,name\n1,"kami\n2,rona\n',
  'words.txt': 'the cat\nthe dog barks\n\nthe hen\n'.repeat(30),
  'empty.txt': '\n\n\n',
  'one.txt': 'kami\n',
});
const shape =
  '--cell gru --hidden 12 --embedding 8 --batch 4 --time 8 --dropout 0.1 --optimizer sgd --lr 1 --schedule decay --epochs 2';
const tiny = `${shape} --tokens char --backend wasm-strict --checkpoint none`.split(' ');

const train = (...args: string[]): Promise<Finished> => unrolled(folder, 'train', ...args);
const bytes = (name: string): Buffer => readFileSync(join(folder, name));
const metadata = (name: string, part: string) => metadataOf(join(folder, name), part);
const good = async (...args: string[]): Promise<string> => {
  const { status, stdout, stderr } = await train(...args);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout;
};

let first = '';
beforeAll(async () => {
  first = await good('names.txt', '--items', 'line', ...tiny, '--test', 'test.txt', '--out', 'm.safetensors');
});

describe('train --items', () => {
  test('reports the number of items, and holds out whole items for validation', () => {
    expect(first).toMatch(/items +270 \(line\) for training, 30 for validation, 30 for testing\n/);
    expect(first).toMatch(/vocabulary +12 tokens/);
    const corpus = JSON.parse(metadata('m.safetensors', 'corpus'));
    expect(corpus.items).toEqual({ train: 270, valid: 30, test: 30, empty: 0, skipped: 0 });
  });

  test('suggests generating items, and omits rows about unknown tokens if there are none', () => {
    expect(first).toMatch(/vocabulary +12 tokens; out of vocabulary: none\n/);
    expect(first).toMatch(/out of vocabulary +none +none\n/);
    expect(first).not.toContain('over known tokens');
    expect(first).toContain('unrolled generate m.safetensors --items --count 20\n');
  });

  test('records the split and the end token; the model file has a version that older programs refuse', async () => {
    const saved = readModelFile(bytes('m.safetensors'), await openBackend('reference'));
    expect(saved).toMatchObject({ items: 'line', recipe: { items: 'line' } });
    expect(saved.vocabulary.endId).toBe(saved.vocabulary.size - 1);
    expect(metadata('m.safetensors', 'version')).toBe('3');
  });

  test('inspect shows how the texts are split', async () => {
    const inspect = async (...flags: string[]) =>
      (await unrolled(folder, 'inspect', 'm.safetensors', ...flags)).stdout;
    expect(await inspect()).toMatch(/items +line\n/);
    expect(JSON.parse(await inspect('--json'))).toMatchObject({ items: 'line' });
  });

  test('JSON lines and CSV of the same items give the same weights and results', async () => {
    const weights = (name: string) => [...readSafetensors(bytes(name)).tensors];
    await good('names.jsonl', '--items', 'jsonl:name', ...tiny, '--out', 'json.safetensors');
    await good('names.csv', '--items', 'csv:name', ...tiny, '--out', 'csv.safetensors');
    await good('names.txt', '--items', 'line', ...tiny, '--out', 'line.safetensors');
    expect(weights('json.safetensors')).toEqual(weights('line.safetensors'));
    expect(weights('csv.safetensors')).toEqual(weights('line.safetensors'));
    expect(metadata('csv.safetensors', 'results')).toBe(metadata('line.safetensors', 'results'));
  });

  test('any number of threads gives the same file', async () => {
    for (const cores of [1, 2]) {
      const args = ['train', 'names.txt', '--items', 'line', ...tiny, '--out', `t${cores}.safetensors`];
      const run = new InProcess([...args, '--threads', `${cores}`], folder, { cores });
      expect(await run.finished()).toMatchObject({ status: 0, stderr: '' });
    }
    expect(bytes('t1.safetensors')).toEqual(bytes('t2.safetensors'));
  });

  test('empty lines, and with --skip-bad malformed lines, are skipped and counted', async () => {
    expect(await good('gaps.txt', '--items', 'line', ...tiny)).toMatch(
      /items +36 \(line\) for training, 4 for validation; left out: 39 empty\n/,
    );
    expect(await train('gaps.txt', '--items', 'line', '--skip-bad', ...tiny)).toMatchObject({
      status: 1,
      stderr:
        'train: got --skip-bad with --items line; it needs jsonl:FIELD or csv:COLUMN. Leave --skip-bad out.\n',
    });
    const flags = ['bad.jsonl', '--items', 'jsonl:name', ...tiny];
    expect(await train(...flags)).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(
        /^bad\.jsonl, line 2: "\{\\"name\\":" is not JSON; .* Correct it, or skip such lines with --skip-bad\./,
      ),
    });
    expect(await good(...flags, '--skip-bad')).toMatch(
      /items +271 \(jsonl:name\) for training, 30 for validation; left out: 2 malformed lines\n/,
    );
  });

  test('words: the end token replaces the line end', async () => {
    await good('words.txt', '--items', 'line', ...tiny, '--tokens', 'word', '--out', 'words.safetensors');
    const { tokens, lineEnd, end } = JSON.parse(metadata('words.safetensors', 'vocabulary'));
    expect(tokens).not.toContain('<eos>');
    expect({ lineEnd, end }).toEqual({ lineEnd: null, end: tokens.length - 1 });
  });

  test('--max-tokens uses the first items, without cutting any', async () => {
    const stdout = await good(
      'names.txt',
      '--items',
      'line',
      ...tiny,
      '--valid',
      'none',
      '--max-tokens',
      '50',
    );
    const length = [...all.keys()].find((i) => all.slice(0, i).join('').length + i >= 50);
    expect(stdout).toMatch(new RegExp(`items +${length} \\(line\\) for training\n`));
  });

  test.each([
    [['empty.txt', '--items', 'line'], /the text has no non-empty item; it needs at least 2/],
    [['empty.txt', '--items', 'line', '--valid', 'none'], /the training text has no non-empty item/],
    [['one.txt', '--items', 'line'], /the text has 1 non-empty item/],
    [['names.txt', '--items', 'line', '--valid', 'empty.txt'], /the validation text has no non-empty item/],
    [['open.csv', '--items', 'csv:name'], /^open\.csv, line 2: the quote that opens here is never closed/],
    [['names.csv', '--items', 'csv:nome'], /there is no column "nome"; the columns are "id, name"/],
    [
      ['names.txt', '--items', 'line', '--init', 'text.safetensors'],
      /the file's model is for continuous text, and this run trains on items/,
    ],
    [
      ['names.txt', '--init', 'm.safetensors', '--items', 'none'],
      /the file's model is for items, and this run trains on continuous text/,
    ],
  ])('%j is refused', async (args, message) => {
    if (args.includes('text.safetensors')) await good('names.txt', ...tiny, '--out', 'text.safetensors');
    const { status, stderr } = await train(...args, ...tiny);
    expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringMatching(message) });
  });

  test.each([
    [
      ['--items', 'words'],
      /^--items: got 'words'; it needs line, blank-line, file, jsonl:FIELD or csv:COLUMN, or none/,
    ],
    [['--items', 'line', '--streams', 'wrap'], /got --items and --streams; they exclude each other/],
  ])('%j is a usage error', async (args, message) => {
    const { status, stderr } = await train('names.txt', ...args, ...tiny);
    expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringMatching(message) });
  });

  test('a model of items is fine-tuned on items, with its own split unless another is given', async () => {
    await good('names.txt', '--init', 'm.safetensors', ...tiny, '--out', 'more.safetensors');
    expect(metadata('more.safetensors', 'items')).toBe('line');
    await good(
      'names.jsonl',
      '--init',
      'm.safetensors',
      '--items',
      'jsonl:name',
      ...tiny,
      '--out',
      'more.safetensors',
    );
    expect(metadata('more.safetensors', 'items')).toBe('jsonl:name');
  });
});
