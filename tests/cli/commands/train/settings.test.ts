import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { jsonLines, metadataOf } from '../../../support/output.ts';
import { type Finished, sentences, temporaryFolder, tiny, unrolled } from '../../../support/process.ts';

const folder = temporaryFolder({ 'train.txt': sentences(150) });
const train = (...args: string[]): Promise<Finished> => unrolled(folder, 'train', ...args);
const bytes = (name: string): Buffer => readFileSync(join(folder, name));
const metadata = (name: string, part: string) => JSON.parse(metadataOf(join(folder, name), part));

test('another optimizer has its own default learning rate, and flags change it', async () => {
  const flags = ['--optimizer', 'adagrad', '--schedule', 'constant', '--warmup', '5', '--average', 'ema'];
  const sizes = '--hidden 12 --embedding 12 --batch 4 --time 5 --epochs 2'.split(' ');
  const { status, stdout } = await train('train.txt', ...sizes, ...flags, '--out', 'adagrad');
  expect(status).toBe(0);
  expect(stdout).toContain('adagrad 0.01 (constant, ema)');
  const recipe = {
    optimizer: 'adagrad',
    lr: 0.01,
    weightDecay: 0,
    schedule: 'constant',
    warmup: 5,
    average: 'ema',
  };
  expect(metadata('adagrad', 'recipe')).toMatchObject(recipe);
  const more = ['--optimizer', 'momentum', '--momentum', '0.5', '--weight-decay', '1e-6', '--lr', '0.25'];
  await train('train.txt', ...tiny, ...more, '--schedule', 'plateau', '--out', 'momentum');
  const muon = ['--optimizer', 'muon', '--momentum', '0.8', '--out', 'muon'];
  expect((await train('train.txt', ...tiny, ...muon)).status).toBe(0);
  expect(metadata('muon', 'recipe')).toMatchObject({ optimizer: 'muon', momentum: 0.8 });
  const changed = { momentum: 0.5, weightDecay: 1e-6, lr: 0.25, schedule: 'plateau', lrDecay: 0.25 };
  expect(metadata('momentum', 'recipe')).toMatchObject(changed);
});

test('the reported perplexity of an average is that of the weights in the file', async () => {
  const flags = ['--optimizer', 'adam', '--lr', '0.01', '--average', 'ema', '--epochs', '3'];
  const { status, stdout } = await train('train.txt', ...tiny, ...flags, '--json', '--out', 'averaged');
  expect(status).toBe(0);
  const events = jsonLines(stdout);
  const best = Math.min(
    ...events.filter(({ event }) => event === 'epoch').map((e) => Number(e.validPerplexity)),
  );
  const { perplexity } = Object(events.at(-1)).valid as { perplexity: number };
  expect(perplexity).toBeCloseTo(best, 9);
});

test('--random-time reads every token once in blocks of random length, and needs a large enough T', async () => {
  const flags = ['--time', '12', '--random-time', '--schedule', 'cosine', '--log', 'random.jsonl'];
  const told = await train('train.txt', ...tiny, ...flags, '--log-every', '1', '--out', 'random');
  expect(told).toMatchObject({ status: 0, stderr: '' });
  expect(told.stdout).toMatch(/2 epochs of about 19 steps, batch 4, time around 12,/);
  expect(metadata('random', 'recipe')).toMatchObject({ time: 12, randomTime: true });
  const log = jsonLines(bytes('random.jsonl').toString());
  const shares = log.filter(({ event }) => event === 'step').map(({ share }) => Number(share));
  expect(shares.filter((share) => share === 1)).toHaveLength(2);
  const lengths = new Set(shares.map((share, i) => Math.round((share - (shares[i - 1] ?? 0)) * 19 * 12)));
  expect(lengths.size).toBeGreaterThan(5);
  const { plannedBytes } = log[0] as unknown as { plannedBytes: number };
  const { memoryBytes } = log.at(-1) as unknown as { memoryBytes: number };
  expect(memoryBytes).toBeLessThanOrEqual(plannedBytes);
  const short = await train('train.txt', ...tiny, '--time', '4', '--random-time', '--out', 'none');
  expect(short).toMatchObject({ status: 1, stdout: '' });
  expect(short.stderr).toBe(
    'train: --time is 4; with --random-time it must be at least 5. ' +
      'Use a larger --time, or leave --random-time out.\n',
  );
});

test('--momentum with an optimizer without momentum, and plateau without a validation text, are refused', async () => {
  const momentum = await train('train.txt', ...tiny, '--momentum', '0.9', '--out', 'none');
  expect(momentum.status).toBe(2);
  expect(momentum.stderr).toContain('--momentum with --optimizer sgd; it needs momentum, nesterov or muon');
  const alone = await train('train.txt', '--momentum', '0.9', '--out', 'none');
  expect(alone.stderr).toContain('--momentum without --optimizer; it needs momentum, nesterov or muon');
  const plateau = await train(
    'train.txt',
    ...tiny,
    '--schedule',
    'plateau',
    '--valid',
    'none',
    '--out',
    'none',
  );
  expect(plateau.status).toBe(1);
  expect(plateau.stderr).toContain('plateau needs a validation perplexity, but there is no validation text');
  expect(existsSync(join(folder, 'none'))).toBe(false);
});

test('a preset sets the recipe, and flags override it', async () => {
  const args = ['train.txt', '--preset', 'simple-rnnlm', '--epochs', '1', '--hidden', '20', '--json'];
  const [{ recipe }] = jsonLines((await train(...args, '--out', 'preset')).stdout);
  const chapter = {
    wordvec: 100,
    batch: 10,
    time: 5,
    lr: 0.1,
    clip: null,
    streams: 'wrap',
    validFraction: null,
  };
  expect(recipe).toMatchObject({ ...chapter, vocabSize: null, epochs: 1, hidden: 20 });
});
