import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { candidateSizes } from '../../src/recipe/automatic/candidate-sizes.ts';
import { metadataOf } from '../support/output.ts';
import { InProcess, sentences, temporaryFolder, unrolled } from '../support/process.ts';

const folder = temporaryFolder({
  'train.txt': sentences(1500),
  'long.txt': sentences(17_000),
  'valid.txt': sentences(50, 2),
});
const small = 'train.txt --cell rnn --hidden 12 --embedding 8 --batch 4 --time 5 --valid valid.txt'.split(
  ' ',
);
const train = (...args: string[]) => unrolled(folder, 'train', ...small, ...args);
const bytes = (name: string) => readFileSync(join(folder, name));
const metadata = (name: string, part: string) => JSON.parse(metadataOf(join(folder, name), part));

test('--max-steps ends a run after N steps like a complete one: evaluated, saved, recorded', async () => {
  const { status, stdout, stderr } = await train(
    '--max-steps',
    '30',
    '--untied',
    '--dropout',
    '0',
    '--out',
    'a',
  );
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toMatch(/recipe +30 steps, 524 per epoch, batch 4/);
  expect(stdout).toMatch(
    /^step 30\/30 {2}train perplexity [\d.]+, .*\n +valid perplexity [\d.]+, .* saved a$/m,
  );
  expect(stdout).toContain('Perplexity of the weights of epoch 1');
  expect(metadata('a', 'recipe')).toMatchObject({ maxSteps: 30, epochs: 1 });
  expect(metadata('a', 'results')).toMatchObject({ step: 30, epoch: 1 });
  expect(readdirSync(folder).filter((name) => name.includes('checkpoint'))).toEqual([]);
});

test('complete epochs are evaluated as usual', async () => {
  const one = ['--optimizer', 'sgd', '--lr', '1', '--json', '--log-every', '1', '--untied'];
  const short = await train(...one, '--max-steps', '600', '--out', 'b');
  expect(short).toMatchObject({ status: 0, stderr: '' });
  const epochs = short.stdout.split('\n').filter((line) => line.includes('"event":"epoch"'));
  expect(epochs.map((line) => JSON.parse(line))).toMatchObject([
    { epoch: 1, step: 524 },
    { epoch: 2, step: 600 },
  ]);
});

test('without given sizes, the model is chosen by the steps without a trial, the same on every machine', async () => {
  const chosen = async (steps: number, out: string) => {
    const { status, stdout } = await unrolled(
      folder,
      'train',
      'long.txt',
      '--max-steps',
      `${steps}`,
      '--out',
      out,
    );
    expect(status).toBe(0);
    return stdout;
  };
  const stdout = await chosen(5, 'c');
  const [{ layers, hidden }] = candidateSizes('word', 0);
  const reason = `${layers} × ${hidden} lstm: the widest that 5 steps can train on this text`;
  expect(stdout).toMatch(new RegExp(`^ +${reason}$`, 'm'));
  expect(stdout).not.toMatch(/chosen.*tokens\/s/);
  const flags = /reproduce with: (.*)/.exec(stdout)![1];
  expect(flags).toMatch(/--max-steps 5$/);
  expect(flags).not.toContain('--epochs');
  await chosen(5, 'd');
  expect(bytes('c').equals(bytes('d'))).toBe(true);
});

test('the printed flags give the same bytes, whatever was chosen automatically', async () => {
  const run = async (out: string, flags: readonly string[]) => {
    const args = ['train', 'long.txt', '--tokens', 'char', '--batch', '4', '--time', '5', '--out', out];
    const { status, stdout, stderr } = await unrolled(folder, ...args, ...flags);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    return /reproduce with: (.*)/.exec(stdout)?.[1] ?? '';
  };
  const printed = await run('f', ['--max-steps', '4']);
  expect(printed).toMatch(/--hidden \d+ .*--max-steps 4$/);
  await run('g', printed.split(' '));
  expect(bytes('g').equals(bytes('f'))).toBe(true);
});

test('a stopped run resumes with a larger N, not with one below its step', async () => {
  const flags = [
    ...small,
    '--untied',
    '--dropout',
    '0',
    '--optimizer',
    'sgd',
    '--schedule',
    'constant',
    '--lr',
    '0.1',
    '--checkpoint',
    '10',
  ];
  const start = (...args: string[]) =>
    new InProcess(['train', ...flags, '--json', '--log-every', '1', '--out', 'e', ...args], folder);
  const first = start('--max-steps', '100000');
  await first.says(/"event":"checkpoint".*"step":20,/);
  first.kill('SIGINT');
  expect(await first.finished()).toMatchObject({ status: 130 });
  const behind = await start('--resume', 'latest', '--max-steps', '3').finished();
  expect(behind.status).toBe(1);
  expect(behind.stderr).toMatch(
    /^train: --max-steps is 3, and e\.checkpoint-\d+\.safetensors is at step \d+; /m,
  );
  expect(await start('--resume', 'latest', '--max-steps', '40').finished()).toMatchObject({ status: 0 });
  expect(metadata('e', 'recipe')).toMatchObject({ maxSteps: 40 });
  expect(metadata('e', 'results').step).toBeLessThanOrEqual(40);
});
