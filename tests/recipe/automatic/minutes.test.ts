import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openBackend } from '../../../src/backends/open.ts';
import { readSafetensors } from '../../../src/formats/safetensors.ts';
import { automatic } from '../../../src/recipe/automatic/automatic-recipe.ts';
import { candidateSizes } from '../../../src/recipe/automatic/candidate-sizes.ts';
import { mostEpochs } from '../../../src/recipe/automatic/most-epochs.ts';
import type { RunEvent } from '../../../src/recipe/run/events.ts';
import { sgdSet } from '../../../src/recipe/settings/learning-sets.ts';
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
  const [{ layers, hidden }] = candidateSizes('word', 0);
  expect(first.stdout).toMatch(
    new RegExp(` +${layers} × ${hidden} lstm at [\\d,]+ tokens/s here: the widest for a text`),
  );
  expect(first.stdout).toContain(
    `${mostEpochs('word', 105)} epochs: more epochs would overfit a text this short`,
  );
  expect(recipeOf('first')).toMatchObject({
    cell: 'lstm',
    hidden,
    tied: true,
    epochs: mostEpochs('word', 105),
    batch: 1,
  });
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
  const [{ hidden, wordvec }] = candidateSizes('character', 0);
  expect(recipeOf('chars')).toMatchObject({ tied: false, hidden, wordvec, sampledSoftmax: null });
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

test('a rate of sgd is refused where the optimizer is chosen automatically, with what to do', async () => {
  const wide = ['train.txt', '--epochs', '1', '--lr', '20'];
  expect(await train(...wide, '--out', 'refused')).toEqual({
    status: 1,
    stdout: '',
    stderr:
      'train: --lr is 20, a rate for sgd; adam, which is chosen without --optimizer, needs one below 1, such as ' +
      `${automatic.lr}. Add --optimizer sgd, or use a smaller --lr.\n`,
  });
  expect(await train(...wide, '--optimizer', 'sgd', '--out', 'sgd')).toMatchObject({ status: 0, stderr: '' });
  expect(recipeOf('sgd')).toMatchObject({ optimizer: 'sgd', lr: 20, schedule: sgdSet.schedule });
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

test('--init continues with sgd, since its weights are not computed from the text', async () => {
  const start = ['train.txt', '--hidden', '8', '--epochs', '1'];
  expect(await train(...start, '--out', 'begun')).toMatchObject({ status: 0, stderr: '' });
  expect(recipeOf('begun')).toMatchObject({ optimizer: automatic.optimizer, lr: automatic.lr });
  const more = ['train.txt', '--init', 'begun', '--epochs', '1'];
  for (const [lr, flags] of [
    [sgdSet.lr, []],
    [20, ['--lr', '20']],
  ] as const) {
    const tuned = await train(...more, ...flags, '--out', 'tuned');
    expect(tuned).toMatchObject({ status: 0, stderr: '' });
    expect(recipeOf('tuned')).toMatchObject({ optimizer: 'sgd', lr, schedule: sgdSet.schedule });
    expect(recipeOf('tuned')).not.toHaveProperty('outputBias');
  }
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
