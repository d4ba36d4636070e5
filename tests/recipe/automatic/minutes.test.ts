import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readSafetensors } from '../../../src/formats/safetensors.ts';
import { sentences, temporaryFolder, unrolled } from '../../support/process.ts';

const folder = temporaryFolder({ 'train.txt': sentences(150), 'long.txt': sentences(6000) });
const train = (...args: string[]) => unrolled(folder, 'train', ...args);
const bytes = (name: string) => readFileSync(join(folder, name));
const recipeOf = (name: string) => JSON.parse(readSafetensors(bytes(name)).metadata.get('recipe') as string);

/** The flags that a run prints as those that need no choice. */
const flagsOf = (stdout: string) => (/reproduce with: (.*)/.exec(stdout)?.[1] ?? 'none').split(' ');

test('without flags the model is chosen for the text, with the reasons and the flags that repeat it', async () => {
  const first = await train('train.txt', '--out', 'first', '--valid', 'none');
  expect(first).toMatchObject({ status: 0, stderr: '' });
  expect(first.stdout).toMatch(/chosen +word tokens: this text is already tokenised at white space/);
  expect(first.stdout).toMatch(/ +1 × 64 lstm at [\d,]+ tokens\/s here: the widest for a text/);
  expect(first.stdout).toMatch(/40 epochs: more epochs would overfit a text this short/);
  expect(recipeOf('first')).toMatchObject({ cell: 'lstm', hidden: 64, tied: true, epochs: 40, batch: 1 });
  expect(recipeOf('first')).toMatchObject({ sampledSoftmax: 1500 });
  // What the ladder knows beside is no part of the recipe: the same flags give the same file anywhere.
  expect(recipeOf('first')).not.toHaveProperty('fromTokens');
  const flags = flagsOf(first.stdout);
  expect(flags).toContain('--hidden');
  const again = await train('train.txt', ...flags, '--valid', 'none', '--out', 'again');
  expect(again).toMatchObject({ status: 0, stderr: '' });
  expect(again.stdout).not.toContain('chosen');
  expect(bytes('again').equals(bytes('first'))).toBe(true);
});

test('--minutes decides how much of a text is read: no more than the speed that it tells allows', async () => {
  // A model so small that there is time for a block of it on any machine.
  const small = '--preset simple-rnnlm --hidden 8 --embedding 8 --minutes 0.02 --valid none --json'.split(
    ' ',
  );
  const { status, stdout } = await train('long.txt', ...small, '--out', 'short');
  expect(status).toBe(0);
  const [start, ...events] = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(start.chosen).toHaveLength(3);
  const speed = Number(/at ([\d,]+) tokens\/s/.exec(start.chosen[0])?.[1].replaceAll(',', ''));
  const trained = start.recipe.epochs * start.trainTokens;
  // 0.9 of 1.2 seconds; the speed is told to a whole number.
  expect(trained).toBeLessThanOrEqual(1.08 * (speed + 1));
  // There are never more than 40 epochs, and an epoch that doesn't fit whole is not begun.
  expect(trained).toBeGreaterThan(Math.min(0.5 * 1.08 * (speed - 1), 39 * start.trainTokens));
  expect(events.at(-1).step).toBe(start.recipe.epochs * start.stepsPerEpoch);
});

test('what is asked for is not chosen: widths, cell, epochs, table, block', async () => {
  const asked = '--cell gru --hidden 16 --embedding 12 --epochs 2 --time 7 --batch 3 --untied'.split(' ');
  expect(await train('train.txt', ...asked, '--out', 'asked')).toMatchObject({ status: 0, stderr: '' });
  const sizes = { cell: 'gru', hidden: 16, wordvec: 12, epochs: 2, time: 7, batch: 3, tied: false };
  expect(recipeOf('asked')).toMatchObject(sizes);
  expect(await train('train.txt', '--hidden', '20', '--epochs', '1', '--out', 'one')).toMatchObject({
    status: 0,
  });
  expect(recipeOf('one')).toMatchObject({ hidden: 20, wordvec: 20, tied: true });
  const chars = await train('train.txt', '--tokens', 'char', '--epochs', '1', '--out', 'chars');
  expect(chars).toMatchObject({ status: 0, stderr: '' });
  expect(recipeOf('chars')).toMatchObject({ tied: false, hidden: 96, wordvec: 32, sampledSoftmax: null });
});

test('a sample of the words can be asked for, of any size or of all, where one table is for both ends', async () => {
  const short = ['train.txt', '--epochs', '1', '--valid', 'none'];
  const sampled = await train(...short, '--sampled-softmax', '9', '--out', 'sampled');
  expect(sampled).toMatchObject({ status: 0, stderr: '' });
  expect(sampled.stdout).toContain('sampled softmax 9, seed 1');
  expect(recipeOf('sampled')).toMatchObject({ tied: true, sampledSoftmax: 9 });
  const whole = await train(...short, '--sampled-softmax', 'all', '--out', 'whole');
  expect(whole.stdout).not.toContain('sampled softmax');
  expect(recipeOf('whole')).toMatchObject({ tied: true, sampledSoftmax: null });
  const refused = await train(...short, '--sampled-softmax', '9', '--untied', '--out', 'refused');
  expect(refused.status).toBe(1);
  expect(refused.stderr).toMatch(
    /^train: --sampled-softmax is 9 and the embeddings are not tied; .* or use --tied\.$/m,
  );
});

test('a factor for the rate means the schedule that knows it, another optimizer its own rate', async () => {
  await train('train.txt', '--epochs', '1', '--lr-decay', '0.9', '--out', 'decay');
  expect(recipeOf('decay')).toMatchObject({ schedule: 'decay', lrDecay: 0.9 });
  await train('train.txt', '--epochs', '1', '--optimizer', 'adam', '--out', 'adam');
  expect(recipeOf('adam')).toMatchObject({ schedule: 'cosine', lr: 0.001 });
});

test('with a preset --minutes decides the epochs alone', async () => {
  const flags = ['--preset', 'simple-rnnlm', '--hidden', '8', '--embedding', '8', '--minutes', '0.01'];
  const { status, stdout } = await train('train.txt', ...flags, '--out', 'preset');
  expect(status).toBe(0);
  expect(stdout).toMatch(/chosen +1 × 8 rnn/);
  expect(recipeOf('preset')).toMatchObject({ cell: 'rnn', hidden: 8, lr: 0.1 });
});

test('a model to start from has its sizes', async () => {
  const sizes = ['--hidden', '24', '--embedding', '16', '--layers', '2', '--epochs', '1'];
  expect(await train('train.txt', ...sizes, '--out', 'start')).toMatchObject({ status: 0, stderr: '' });
  const more = await train('train.txt', '--init', 'start', '--epochs', '1', '--out', 'more');
  expect(more).toMatchObject({ status: 0, stderr: '' });
  expect(recipeOf('more')).toMatchObject({ hidden: 24, wordvec: 16, layers: 2, tied: true });
});

test.each([
  [
    ['--minutes', '1', '--epochs', '2'],
    'train: got --minutes and --epochs; both set the length of training.',
  ],
  [['--minutes', '1', '--resume', 'latest'], 'train: got --minutes with --resume;'],
  [['--minutes', '0'], '--minutes'],
  [['--tied', '--untied'], 'train: got --tied and --untied; they exclude each other.'],
])('%j is refused', async (flags, message) => {
  const { status, stderr } = await train('train.txt', ...flags, '--out', 'none');
  expect(status).toBe(2);
  expect(stderr).toContain(message);
});
