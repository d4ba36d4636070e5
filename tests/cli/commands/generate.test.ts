import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { openBackend } from '../../../src/backends/open.ts';
import { mostLikely, probabilities } from '../../../src/generation/sampling/sample.ts';
import { readModelFile, type SavedModel, saveModelFile } from '../../../src/models/model-file.ts';
import { binary, InProcess, sentences, temporaryFolder, tiny, unrolled } from '../../support/process.ts';

const folder = temporaryFolder({ 'train.txt': sentences(150) });
let saved: SavedModel;

beforeAll(async () => {
  const { status } = await unrolled(folder, 'train', 'train.txt', ...tiny, '--epochs', '5', '--out', 'm');
  expect(status).toBe(0);
  saved = readModelFile(readFileSync(join(folder, 'm')), await openBackend('wasm-strict'));
});

/** The likeliest token each time, by reading everything before it anew, one token at a time. */
function greedy(prompt: readonly string[], length: number): string[] {
  const { model, vocabulary } = saved;
  const words = [...prompt];
  while (words.length < prompt.length + length) {
    model.resetState();
    let scores = new Float64Array(0);
    for (const word of words) {
      const ids = Int32Array.of(vocabulary.idOf(word)!);
      const { xs } = model.place({ N: 1, T: 1, xs: ids, ts: ids });
      scores = Float64Array.from(model.predict(xs).step(0).values());
    }
    const chances = probabilities(scores, { banned: [vocabulary.unknownId] });
    words.push(vocabulary.tokenOf(mostLikely(chances, 1)[0].id));
  }
  return words.slice(prompt.length);
}

/** A prompt and the tokens behind it, as they are printed. */
function textAfter(prompt: string, tokens: readonly string[]): string {
  const decoder = saved.tokenizer.readableDecoder();
  return [...prompt.split(' '), ...tokens].map((token) => decoder.push(token)).join('');
}

const cold = ['--temperature', '0', '--length', '12', '--backend', 'wasm-strict'];

test('each token of the prompt is read once and in order', async () => {
  const run = await unrolled(folder, 'generate', 'm', '--prompt', 'the old cat', '--json', ...cold);
  const result = JSON.parse(run.stdout);
  expect(result).toMatchObject({ prompt: 'the old cat', seed: 1, tokens: greedy(['the', 'old', 'cat'], 12) });
  const plain = await unrolled(folder, 'generate', 'm', '--prompt', 'the old cat', ...cold);
  expect(plain.stdout).toBe(`${textAfter('the old cat', result.tokens)}\n`);
  expect(plain.stdout.replace(/^the old cat ?/, '')).toBe(`${result.text}\n`);
});

test('the settings of the model file are the defaults of the flags', async () => {
  const settings = { temperature: 0.4, top_k: 4, repetition_penalty: 1.5 };
  writeFileSync(join(folder, 'set'), await saveModelFile({ ...saved, generationConfig: settings }));
  const write = async (model: string, ...flags: string[]) =>
    (await unrolled(folder, 'generate', model, '--length', '30', '--backend', 'wasm-strict', ...flags))
      .stdout;
  const flags = ['--temperature', '0.4', '--top-k', '4', '--repetition-penalty', '1.5'];
  expect(await write('set')).toBe(await write('m', ...flags));
  expect(await write('set')).not.toBe(await write('m'));
  const own = ['--temperature', '1.2', '--top-k', '30', '--repetition-penalty', '1'];
  expect(await write('set', ...own)).toBe(await write('m', ...own));
});

test('without a prompt the text starts at the start of a line', async () => {
  const { stdout } = await unrolled(folder, 'generate', 'm', '--json', ...cold);
  expect(JSON.parse(stdout)).toMatchObject({ prompt: '', tokens: greedy(['<eos>'], 12) });
});

test('the same seed gives the same text, another seed a different one', async () => {
  const write = async (seed: string) =>
    (await unrolled(folder, 'generate', 'm', '--seed', seed, '--length', '60', '--temperature', '1')).stdout;
  const [one, again, other] = await Promise.all(['5', '5', '6'].map(write));
  expect(again).toBe(one);
  expect(other).not.toBe(one);
});

test('out-of-vocabulary words are printed as typed, named once and read as <unk>, which is never generated', async () => {
  const args = ['--prompt', 'the unicorn sees the unicorn', '--length', '300', '--temperature', '3'];
  const { status, stdout, stderr } = await unrolled(folder, 'generate', 'm', ...args);
  expect(status).toBe(0);
  expect(stderr).toBe('generate: "unicorn", "sees" are not in the vocabulary and will be read as <unk>.\n');
  expect(stdout.startsWith('the unicorn sees the unicorn')).toBe(true);
  expect(stdout).not.toContain('<unk>');
});

test('a blank prompt is refused', async () => {
  const { status, stderr } = await unrolled(folder, 'generate', 'm', '--prompt', '  ');
  expect({ status, stderr }).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/^generate: the prompt/),
  });
});

test('a closed pipe ends it without an error', () => {
  const script = 'set -o pipefail; "$0" "$1" generate m --length endless --backend reference | head -n 2';
  const text = execFileSync('bash', ['-c', script, process.execPath, binary], {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 20_000,
  });
  expect(text.trimEnd().split('\n')).toHaveLength(2);
});

test('Ctrl-C ends the text with a newline', async () => {
  const run = new InProcess(['generate', 'm', '--length', 'endless'], folder);
  await run.says(/\n/);
  run.kill('SIGINT');
  const { status, stdout, stderr } = await run.finished();
  expect({ status, stderr }).toEqual({ status: 130, stderr: '' });
  expect(stdout).toMatch(/\n$/);
});

test('the same seed gives the same text as text and as JSON, with every sampling option', async () => {
  const flags =
    '--temperature 1.2 --top-k 9 --top-p 0.9 --min-p 0.02 --typical 0.95 --repetition-penalty 1.3 --repetition-window 5';
  const args = ['--prompt', 'the old', '--length', '20', ...flags.split(' ')];
  const json = JSON.parse((await unrolled(folder, 'generate', 'm', ...args, '--json')).stdout);
  const { stdout } = await unrolled(folder, 'generate', 'm', ...args);
  expect(json.tokens).toHaveLength(20);
  expect(stdout).toBe(`${textAfter('the old', json.tokens)}\n`);
});

test('--top-k 1 gives the same text as --temperature 0', async () => {
  const write = async (...flags: string[]) =>
    (await unrolled(folder, 'generate', 'm', '--seed', '3', ...flags)).stdout;
  expect(await write('--top-k', '1')).toBe(await write('--temperature', '0'));
});

test('punctuation is attached to words, and a line ends with a newline', async () => {
  const { stdout } = await unrolled(folder, 'generate', 'm', '--length', '60');
  expect(stdout).toMatch(/(here|there)\.\n/);
  expect(stdout).not.toMatch(/ \.|\n /);
});

test('--ban excludes tokens, and refuses unknown ones', async () => {
  const { stdout } = await unrolled(
    folder,
    'generate',
    'm',
    '--length',
    '200',
    '--ban',
    'the .',
    '--temperature',
    '2',
  );
  expect(stdout).not.toMatch(/\bthe\b|\./);
  const { status, stderr } = await unrolled(folder, 'generate', 'm', '--ban', 'unicorn');
  expect({ status, stderr }).toEqual({
    status: 1,
    stderr: '--ban: "unicorn" is not in the vocabulary, so the model can\'t generate it. Leave it out.\n',
  });
});

test('--allow-unknown allows the unknown token', async () => {
  const args = ['--length', '2000', '--temperature', '9', '--allow-unknown'];
  expect((await unrolled(folder, 'generate', 'm', ...args)).stdout).toContain('<unk>');
});

test('--stop ends the text before the first stop string, which may be a newline', async () => {
  const whole = (await unrolled(folder, 'generate', 'm', '--seed', '2')).stdout;
  const line = await unrolled(folder, 'generate', 'm', '--seed', '2', '--stop', '\\n');
  expect(line.stdout).toBe(`${whole.split('\n')[0]}\n`);
  const word = await unrolled(
    folder,
    'generate',
    'm',
    '--seed',
    '2',
    '--stop',
    'zebra',
    '--stop',
    '.',
    '--stop',
    'nn',
  );
  expect(word.stdout).toBe(`${whole.split('.')[0]}\n`);
});

test('--beam finds the most likely line; no sampled line is more likely', async () => {
  const args = ['--prompt', 'the old', '--json', '--length', '12'];
  const beam = JSON.parse((await unrolled(folder, 'generate', 'm', ...args, '--beam', '6')).stdout);
  const narrow = JSON.parse((await unrolled(folder, 'generate', 'm', ...args, '--beam', '1')).stdout);
  expect(beam.tokens.at(-1)).toBe('<eos>');
  expect(beam.tokens.indexOf('<eos>')).toBe(beam.tokens.length - 1);
  expect(beam.score).toBeGreaterThanOrEqual(narrow.score);
  expect(beam.score).toBeCloseTo(beam.logProbability / beam.tokens.length, 12);
  const plain = await unrolled(
    folder,
    'generate',
    'm',
    '--prompt',
    'the old',
    '--length',
    '12',
    '--beam',
    '6',
  );
  expect(plain.stdout).toBe(textAfter('the old', beam.tokens));
});

test('Ctrl-C ends a beam search after printing the finished lines', async () => {
  const args = ['--prompts', '-', '--beam', '2', '--length', '1000000000', '--ban', '<eos>', '--json'];
  const run = new InProcess(['generate', 'm', ...args], folder, { input: 'the unicorn' });
  await run.says(/"unicorn" is not in the vocabulary/);
  run.kill('SIGINT');
  const { status, stdout, stderr } = await run.finished();
  expect({ status, stdout }).toEqual({ status: 130, stdout: '' });
  expect(stderr).toMatch(/^generate: -, line 1: [^\n]+\n$/);
});

test('--text reports the longest overlap with the training text', async () => {
  const args = ['--text', 'train.txt', '--length', '40', '--seed', '4'];
  const { stdout } = await unrolled(folder, 'generate', 'm', ...args, '--json');
  const { tokens, memorised } = JSON.parse(stdout);
  const text = [...saved.tokenizer.tokenize(readFileSync(join(folder, 'train.txt'), 'utf8'))];
  const run = text.slice(memorised.at, memorised.at + memorised.tokens);
  expect(tokens.join(' ')).toContain(run.join(' '));
  expect(memorised.line).toBe(text.slice(0, memorised.at).filter((token) => token === '<eos>').length + 1);
  const longer = (from: number) => tokens.slice(from, from + memorised.tokens + 1).join(' ');
  for (let from = 0; from + memorised.tokens < tokens.length; from++) {
    expect(` ${text.join(' ')} `).not.toContain(` ${longer(from)} `);
  }
  const plain = await unrolled(folder, 'generate', 'm', ...args);
  expect(plain.stderr).toBe(
    `generate: the longest overlap with train.txt has ${memorised.tokens} of 40 tokens, ` +
      `from line ${memorised.line}: ${JSON.stringify(memorised.text)}\n`,
  );
});

test.each([
  ['--length', 'endless', '--json'],
  ['--length', 'endless', '--beam', '2'],
  ['--length', 'endless', '--text', 'train.txt'],
  ['--beam', '2', '--top-k', '3'],
  ['--beam', '2', '--temperature', '1'],
  ['--beam-alpha', '2'],
  ['--top-p', '0'],
  ['--top-p', '1.1'],
  ['--min-p', '2'],
  ['--top-k', '0'],
  ['--length', '0'],
  ['--stop', ''],
])('usage error: %s %s %s %s', async (...flags) => {
  const { status, stdout, stderr } = await unrolled(folder, 'generate', 'm', ...flags);
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toMatch(/^(generate|--[a-z-]+): got .+; .+\.\n$/);
});
