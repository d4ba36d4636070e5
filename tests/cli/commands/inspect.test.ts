import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { openBackend } from '../../../src/backends/open.ts';
import { probabilities } from '../../../src/generation/sampling/sample.ts';
import { logitsAfter } from '../../../src/generation/writing/read-ids.ts';
import { toConfigKeys } from '../../../src/models/config.ts';
import { readModelFile } from '../../../src/models/model-file.ts';
import { Running, sentences, temporaryFolder, tiny, unrolled } from '../../support/process.ts';

const folder = temporaryFolder({ 'train.txt': sentences(150) });

beforeAll(async () => {
  const { status } = await unrolled(folder, 'train', 'train.txt', ...tiny, '--out', 'm');
  expect(status).toBe(0);
});

test('inspect shows sizes, weights, vocabulary, recipe, corpus and results', async () => {
  const { status, stdout, stderr } = await unrolled(folder, 'inspect', 'm');
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toMatch(/sizes +V=18 D=8 H=12/);
  expect(stdout).toMatch(/first tokens +"the" "/);
  expect(stdout).toMatch(/rnn\.0\.Wh +\(12, 12\) +[\d.]+/);
  for (const line of [/hidden +12/, /files\.0\.name +train\.txt/, /validPerplexity +[\d.]+/])
    expect(stdout).toMatch(line);
});

test('inspect says what the file reveals of its text, and what an export leaves out', async () => {
  const { stdout } = await unrolled(folder, 'inspect', 'm');
  const [, section] = stdout.split('What this file reveals of its text\n');
  for (const line of [
    /^ {4}weights +[\d,]+ parameters/m,
    /^ {2}− file names +"train\.txt"$/m,
    /--to safetensors/,
  ])
    expect(section).toMatch(line);
  const { reveals } = JSON.parse((await unrolled(folder, 'inspect', 'm', '--json')).stdout);
  expect(reveals).toContainEqual({ part: 'file names', tells: '"train.txt"', exportRemoves: true });
  await unrolled(folder, 'export', 'm', '--to', 'safetensors', '--out', 'public.safetensors');
  const { status, stdout: shown } = await unrolled(folder, 'inspect', 'public.safetensors');
  expect(status).toBe(0);
  expect(shown).not.toContain('−');
});

test('--json has the same facts, with the norm of each weight', async () => {
  const found = JSON.parse((await unrolled(folder, 'inspect', 'm', '--json')).stdout);
  const bytes = readFileSync(join(folder, 'm'));
  const { model } = readModelFile(bytes, await openBackend('reference'));
  const norm = (name: string) =>
    Math.hypot(...model.params.find((param) => param.name === name)!.value.values());
  expect(found).toMatchObject({ bytes: bytes.length, config: toConfigKeys(model.config), tokenizer: 'word' });
  expect(found.parameters).toHaveLength(model.params.length);
  for (const { name, norm: told } of found.parameters) expect(told).toBeCloseTo(norm(name), 9);
});

test('a model from standard input or a pipe is read once, and its size is the number of bytes read', async () => {
  const bytes = readFileSync(join(folder, 'm'));
  const [, size] = /^ +size +(.+)$/m.exec((await unrolled(folder, 'inspect', 'm')).stdout) ?? [];
  expect(size).toMatch(/^[1-9][\d.]* kB$/);
  for (const path of ['-', '/dev/stdin']) {
    const run = new Running(['inspect', path], folder);
    run.child.stdin?.end(bytes);
    expect(await run.finished()).toMatchObject({ status: 0, stdout: expect.stringContaining(`${size}\n`) });
  }
  execFileSync('mkfifo', ['pipe'], { cwd: folder });
  const run = new Running(['inspect', 'pipe', '--json'], folder);
  await writeFile(join(folder, 'pipe'), bytes);
  const { status, stdout } = await run.finished();
  expect([status, JSON.parse(stdout).bytes]).toEqual([0, bytes.length]);
});

test('--after shows the most likely next tokens, the most likely first', async () => {
  const { model, vocabulary } = readModelFile(
    readFileSync(join(folder, 'm')),
    await openBackend('reference'),
  );
  const ids = Int32Array.from(['the', 'old'], (word) => vocabulary.idOf(word)!);
  const chances = probabilities(logitsAfter(model, ids));
  const run = await unrolled(folder, 'inspect', 'm', '--after', 'the old', '--top', '4', '--json');
  const { next } = JSON.parse(run.stdout) as { next: { token: string; probability: number }[] };
  const sorted = [...chances].sort((a, b) => b - a);
  expect(next).toHaveLength(4);
  next.forEach(({ token, probability }, i) => {
    expect(probability).toBeCloseTo(chances[vocabulary.idOf(token)!], 5);
    expect(probability).toBeCloseTo(sorted[i], 5);
  });
  const { stdout } = await unrolled(folder, 'inspect', 'm', '--after', 'the old', '--top', '4');
  expect(stdout.trimEnd().split('\n')).toHaveLength(4);
  expect(stdout).toMatch(new RegExp(`^ +[\\d.]+%  █+░*  "${next[0].token}"\n`));
});

test('--top beyond the vocabulary shows all of it', async () => {
  const { stdout } = await unrolled(folder, 'inspect', 'm', '--after', 'the', '--top', '999');
  expect(stdout.trimEnd().split('\n')).toHaveLength(18);
});
