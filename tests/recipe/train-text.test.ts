import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { openBackend } from '../../src/backends/open.ts';
import { Corpus } from '../../src/data/corpus.ts';
import { readModelFile } from '../../src/models/model-file.ts';
import { readWeights } from '../../src/models/weights.ts';
import type { RunEvent } from '../../src/recipe/run/events.ts';
import { MemoryStore } from '../../src/recipe/store.ts';
import { sourceText } from '../../src/recipe/text/source-text.ts';
import { fineTune, type TrainTextOptions, trainText } from '../../src/recipe/train-text.ts';
import { evaluate } from '../../src/training/evaluation/evaluate.ts';
import { pseudoText } from '../support/pseudo-text.ts';

const text = pseudoText(3, 500, 10);
const small = { openBackend, backend: 'reference', hidden: 6, wordvec: 5, batch: 2, time: 5 } as const;
const quick: TrainTextOptions = { ...small, epochs: 2 };

test('trains a model, which is also in the store', async () => {
  const store = new MemoryStore();
  const events: RunEvent[] = [];
  const trained = await trainText(text, { ...quick, store, onEvent: (event) => events.push(event) });
  expect(trained.interrupted).toBe(false);
  expect(events[0]).toMatchObject({ event: 'start', recipe: { cell: 'lstm', hidden: 6, epochs: 2 } });
  expect(events.at(-1)).toMatchObject({ event: 'result' });
  const file = readModelFile(store.read('model.safetensors'), await openBackend('reference'));
  expect(await readWeights(trained.model)).toEqual(await readWeights(file.model));
  for (const part of ['recipe', 'corpus', 'results'] as const) expect(trained[part]).toEqual(file[part]);
  expect(trained.corpus).toMatchObject({ files: [{ name: 'text', bytes: text.length }], valid: null });
});

test('omitted settings are chosen for text, speed and time, with no more tokens than fit', async () => {
  const tokensPerSecond = 100;
  const speedOf = async () => tokensPerSecond;
  const long = pseudoText(4, 3000, 10);
  for (const minutes of [0.05, 0.5, 2]) {
    const events: RunEvent[] = [];
    const onEvent = (event: RunEvent) => events.push(event);
    const chosen = { openBackend, backend: 'reference', tokens: 'char', cell: 'rnn', time: 8 } as const;
    const controller = new AbortController();
    controller.abort();
    await trainText(long, { ...chosen, minutes, speedOf, onEvent, signal: controller.signal });
    const [start] = events;
    if (start.event !== 'start') throw new Error('the first event is no start');
    const tokens = start.trainTokens * start.recipe.epochs;
    expect(tokens).toBeLessThanOrEqual(0.9 * 60 * minutes * tokensPerSecond);
    expect(tokens).toBeGreaterThan(0.5 * 0.9 * 60 * minutes * tokensPerSecond);
    expect(start.chosen).toHaveLength(2);
  }
});

test('a preset has its own sizes, and an unknown one is refused', async () => {
  const trained = await trainText(text, { ...quick, preset: 'simple-rnnlm' });
  expect(trained.recipe).toMatchObject({ cell: 'rnn', lr: 0.1, streams: 'wrap', hidden: 6 });
  await expect(trainText(text, { ...quick, preset: 'rnn' })).rejects.toThrow(
    /^recipe: preset is rnn; it must be one of simple-rnnlm, rnnlm, better-rnnlm\.$/,
  );
});

test('accepts a validation text, none, and a test text', async () => {
  const some = await trainText([text, 'w1 w2'], { ...quick, valid: text, test: 'w1 w2 w3' });
  expect(some.corpus).toMatchObject({ valid: { name: 'valid' }, test: { name: 'test' } });
  expect(some.results).toMatchObject({ valid: { unknownTokens: 0 }, test: { tokens: 3 } });
  const none = await trainText(text, { ...quick, valid: null });
  expect(none.recipe).toMatchObject({ validFraction: null });
  expect(none.results).toMatchObject({ valid: null });
});

/** Options that stop the run after so many steps. */
function stopped(steps: number): Pick<TrainTextOptions, 'signal' | 'onEvent'> {
  const controller = new AbortController();
  const onEvent = (event: RunEvent) => {
    if (event.event === 'step' && event.step === steps) controller.abort();
  };
  return { signal: controller.signal, onEvent };
}

describe('an interrupted run', () => {
  test('returns the weights so far', async () => {
    const { interrupted, results } = await trainText(text, { ...quick, ...stopped(3) });
    expect({ interrupted, results }).toMatchObject({ interrupted: true, results: { step: 3 } });
  });

  test('resumes from its store to the same model as an uninterrupted run', async () => {
    const store = new MemoryStore();
    const whole = await trainText(text, quick);
    await trainText(text, { ...quick, store, ...stopped(50) });
    const resumed = await trainText(text, { ...quick, store, resume: 'latest' });
    expect(await readWeights(resumed.model)).toEqual(await readWeights(whole.model));
    expect(resumed.results).toEqual(whole.results);
  });
});

test('a run that fails closes its backend', async () => {
  let closed = 0;
  const opener = async () => {
    const backend = await openBackend('reference');
    return Object.assign(backend, { close: () => void closed++ });
  };
  const wild = {
    ...quick,
    openBackend: opener,
    optimizer: 'sgd',
    lr: 1e300,
    clip: null,
    cell: 'rnn-relu',
  } as const;
  await expect(trainText(text, wild)).rejects.toMatchObject({ code: 'diverged' });
  expect(closed).toBe(1);
});

describe('fineTune', () => {
  const other = pseudoText(9, 500, 10).replaceAll('w2', 'w7').replaceAll('w3', 'new');

  test('continues from the weights, with the vocabulary, and does not change the saved model', async () => {
    const saved = await trainText(text, quick);
    const before = await readWeights(saved.model);
    const tuned = await fineTune(saved, other, { openBackend, backend: 'reference', epochs: 3 });
    expect(await readWeights(saved.model)).toEqual(before);
    expect(tuned.vocabulary.toJSON()).toEqual(saved.vocabulary.toJSON());
    expect(tuned.recipe).toMatchObject({ hidden: 6, epochs: 3, cell: 'lstm', validFraction: 0.1 });
    const corpus = Corpus.encode(other, saved.tokenizer, saved.vocabulary);
    expect(corpus.unknownCount).toBeGreaterThan(0);
    const perplexity = async ({ model }: typeof saved) => (await evaluate(model, corpus)).perplexity;
    expect(await perplexity(tuned)).toBeLessThan(await perplexity(saved));
  });

  test('chooses as many epochs as fit into the time', async () => {
    const saved = await trainText(text, quick);
    const speedOf = async () => 450;
    const options = { openBackend, backend: 'reference', minutes: 0.1, speedOf, now: () => 0 } as const;
    const tuned = await fineTune(saved, other, options);
    // 0.9 of 6 seconds at 450 tokens a second are 2430 tokens, of which an epoch has 450.
    expect(tuned.recipe).toMatchObject({ epochs: 5 });
  });

  test('refuses options that would change the model', async () => {
    const saved = await trainText(text, quick);
    await expect(fineTune(saved, other, { ...quick, hidden: 7 })).rejects.toThrow(
      /^fineTune: hidden would change the model/,
    );
  });
});

test('the digest of a text is that of its file', async () => {
  const { sha256, bytes, name } = await sourceText('naïve 😀', 'a.txt');
  const utf8 = Buffer.from('naïve 😀');
  expect({ sha256, bytes, name }).toEqual({
    sha256: createHash('sha256').update(utf8).digest('hex'),
    bytes: utf8.length,
    name: 'a.txt',
  });
});
