import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openBackend } from '../../../src/backends/open.ts';
import { readSafetensors } from '../../../src/formats/safetensors.ts';
import type { RunEvent } from '../../../src/recipe/run/events.ts';
import { trainText } from '../../../src/recipe/train-text.ts';
import { sentences, temporaryFolder, unrolled } from '../../support/process.ts';

const folder = temporaryFolder({ 'train.txt': sentences(15) });
const train = (...args: string[]) => unrolled(folder, 'train', ...args);
const bytes = (name: string) => readFileSync(join(folder, name));
const recipeOf = (name: string) => JSON.parse(readSafetensors(bytes(name)).metadata.get('recipe') as string);

/** The flags by which a run can be reproduced, as it prints them. */
const flagsOf = (stdout: string) => (/reproduce with: (.*)/.exec(stdout)?.[1] ?? 'none').split(' ');

test('without flags the model is chosen for the text, with the reasons and flags that reproduce it', async () => {
  const first = await train('train.txt', '--out', 'first', '--valid', 'none');
  expect(first).toMatchObject({ status: 0, stderr: '' });
  expect(first.stdout).toMatch(/chosen +word tokens: this text is already tokenised at white space/);
  expect(first.stdout).toMatch(/ +1 × 64 lstm at [\d,]+ tokens\/s here: the widest for a text/);
  expect(first.stdout).toMatch(/40 epochs: more epochs would overfit a text this short/);
  expect(recipeOf('first')).toMatchObject({ cell: 'lstm', hidden: 64, tied: true, epochs: 40, batch: 1 });
  expect(recipeOf('first')).toMatchObject({ sampledSoftmax: 1500 });
  // Facts of the candidate size are no part of the recipe.
  expect(recipeOf('first')).not.toHaveProperty('fromTokens');
  const flags = flagsOf(first.stdout);
  expect(flags).toContain('--hidden');
  const again = await train('train.txt', ...flags, '--valid', 'none', '--out', 'again');
  expect(again).toMatchObject({ status: 0, stderr: '' });
  expect(again.stdout).not.toContain('chosen');
  expect(bytes('again').equals(bytes('first'))).toBe(true);
});

describe('the time budget', () => {
  /** What a run plans where its model trains on so many tokens a second, on a clock that stands still, and the steps it takes. */
  async function planned(tokensPerSecond: number) {
    const events: RunEvent[] = [];
    await trainText(sentences(1000), {
      ...{ openBackend, backend: 'wasm', preset: 'simple-rnnlm', hidden: 8, wordvec: 8, valid: null },
      ...{ minutes: 0.02, speedOf: async () => tokensPerSecond, now: () => 0 },
      onEvent: (event) => events.push(event),
    });
    const [start, result] = [events[0], events.at(-1)];
    if (start.event !== 'start' || result?.event !== 'result') throw new Error('no start or no result');
    return { ...start, step: result.step };
  }

  // Training has nine tenths of 1.2 seconds, and the text 7000 tokens.
  test('uses the beginning of a text that is too long, as many tokens as fit into the time', async () => {
    const { recipe, trainTokens, step, stepsPerEpoch } = await planned(5000);
    expect(recipe).toMatchObject({ epochs: 1, maxTokens: 5400 });
    expect([trainTokens, step]).toEqual([5400, stepsPerEpoch]);
  });

  test('uses as many whole epochs as fit into the time', async () => {
    const { recipe, trainTokens, step, stepsPerEpoch } = await planned(15_000);
    expect(recipe).toMatchObject({ epochs: 2, maxTokens: null });
    expect([trainTokens, step]).toEqual([7000, 2 * stepsPerEpoch]);
  });
});

test('given settings are kept: sizes, cell, epochs, tying, block', async () => {
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

test('a tied model can have a sampled softmax of any size, or a full one', async () => {
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

test('--lr-decay selects the schedule decay; another optimizer has its own learning rate', async () => {
  await train('train.txt', '--epochs', '1', '--lr-decay', '0.9', '--out', 'decay');
  expect(recipeOf('decay')).toMatchObject({ schedule: 'decay', lrDecay: 0.9 });
  await train('train.txt', '--epochs', '1', '--optimizer', 'adam', '--out', 'adam');
  expect(recipeOf('adam')).toMatchObject({ schedule: 'cosine', lr: 0.001 });
});

test('with a preset --minutes sets only the number of epochs', async () => {
  const flags = ['--preset', 'simple-rnnlm', '--hidden', '8', '--embedding', '8', '--minutes', '0.01'];
  const { status, stdout } = await train('train.txt', ...flags, '--out', 'preset');
  expect(status).toBe(0);
  expect(stdout).toMatch(/chosen +1 × 8 rnn/);
  expect(recipeOf('preset')).toMatchObject({ cell: 'rnn', hidden: 8, lr: 0.1 });
});

test('--init keeps the sizes of the model', async () => {
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
  [['--minutes', '0'], '--minutes'],
  [['--tied', '--untied'], 'train: got --tied and --untied; they exclude each other.'],
])('%j is refused', async (flags, message) => {
  const { status, stderr } = await train('train.txt', ...flags, '--out', 'none');
  expect(status).toBe(2);
  expect(stderr).toContain(message);
});
