import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { openBackend } from '../../src/backends/open.ts';
import { likeliest, probabilities } from '../../src/generation/sample.ts';
import { readModelFile, type SavedModel } from '../../src/models/model-file.ts';
import { binary, Running, sentences, temporaryFolder, tiny, unrolled } from '../support/binary.ts';

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
    words.push(vocabulary.tokenOf(likeliest(chances, 1)[0].id));
  }
  return words.slice(prompt.length);
}

const cold = ['--temperature', '0', '--length', '12', '--backend', 'wasm-strict'];

test('the prompt is fed once, each token once and in order', async () => {
  const run = await unrolled(folder, 'generate', 'm', '--prompt', 'the old cat', '--json', ...cold);
  const result = JSON.parse(run.stdout);
  expect(result).toMatchObject({ prompt: 'the old cat', seed: 1, tokens: greedy(['the', 'old', 'cat'], 12) });
  const plain = await unrolled(folder, 'generate', 'm', '--prompt', 'the old cat', ...cold);
  expect(plain.stdout.startsWith('the old cat')).toBe(true);
  expect(plain.stdout.split(/\s+/)).toEqual(`the old cat ${result.text}`.split(/\s+/).concat(''));
});

test('without a prompt the text starts a line', async () => {
  const { stdout } = await unrolled(folder, 'generate', 'm', '--json', ...cold);
  expect(JSON.parse(stdout)).toMatchObject({ prompt: '', tokens: greedy(['<eos>'], 12) });
});

test('the same seed writes the same text, another seed another', async () => {
  const write = async (seed: string) =>
    (await unrolled(folder, 'generate', 'm', '--seed', seed, '--length', '60', '--temperature', '1')).stdout;
  const [one, again, other] = await Promise.all(['5', '5', '6'].map(write));
  expect(again).toBe(one);
  expect(other).not.toBe(one);
});

test('words that the vocabulary lacks are named once and read as <unk>, which is never written', async () => {
  const args = ['--prompt', 'the unicorn sees the unicorn', '--length', '300', '--temperature', '3'];
  const { status, stdout, stderr } = await unrolled(folder, 'generate', 'm', ...args);
  expect(status).toBe(0);
  expect(stderr).toBe('generate: "unicorn", "sees" are not in the vocabulary and read as <unk>.\n');
  expect(stdout.startsWith('the <unk> <unk> the <unk>')).toBe(true);
  expect(stdout.match(/<unk>/g)).toHaveLength(3);
});

test('a blank prompt is refused', async () => {
  const { status, stderr } = await unrolled(folder, 'generate', 'm', '--prompt', '  ');
  expect({ status, stderr }).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/^generate: the prompt/),
  });
});

test('a reader that has seen enough ends it quietly', () => {
  const script = 'set -o pipefail; "$0" "$1" generate m --length 1000000 | head -n 2';
  const text = execFileSync('bash', ['-c', script, process.execPath, binary], {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 20_000,
  });
  expect(text.trimEnd().split('\n')).toHaveLength(2);
});

test('Ctrl-C ends the text with a newline', async () => {
  const run = new Running(['generate', 'm', '--length', '100000000'], folder);
  await run.says(/\n/);
  run.child.kill('SIGINT');
  const { status, stdout, stderr } = await run.finished();
  expect({ status, stderr }).toEqual({ status: 130, stderr: '' });
  expect(stdout).toMatch(/\n$/);
});
