import { describe, expect, test } from 'vitest';
import { openBackend } from '../../../src/backends/open.ts';
import { splitText } from '../../../src/data/texts/split-text.ts';
import { BPETrainer } from '../../../src/data/tokenizers/bpe/train.ts';
import { normalised } from '../../../src/data/tokenizers/normalised.ts';
import { openTokenizer } from '../../../src/data/tokenizers/open.ts';
import { sameTokenizer } from '../../../src/data/tokenizers/tokenizer.ts';
import { Vocabulary } from '../../../src/data/vocabulary/vocabulary.ts';
import { readWeights } from '../../../src/models/weights.ts';
import { trainRequest } from '../../../src/recipe/automatic/train-request.ts';
import { planTraining } from '../../../src/recipe/plan.ts';
import type { Recipe } from '../../../src/recipe/recipe.ts';
import type { RunEvent } from '../../../src/recipe/run/events.ts';
import { readStart } from '../../../src/recipe/run/start-weights.ts';
import { MemoryStore } from '../../../src/recipe/store.ts';
import { sourceText } from '../../../src/recipe/text/source-text.ts';
import { fineTune, type TrainTextOptions, trainText } from '../../../src/recipe/train-text.ts';

const ANIMALS = ['cat', 'dog', 'hen', 'cow'];
const prose = (lines: number, more = '') =>
  Array.from({ length: lines }, (_, i) => `The ${ANIMALS[(i * i) % 4]} sat, and slept${more}. "Why?"\n`).join(
    '',
  );
const text = prose(30);
const small = { openBackend, backend: 'reference', hidden: 6, wordvec: 6, batch: 2, time: 5 } as const;
const quick: TrainTextOptions = { ...small, epochs: 2, vocabSize: 270 };

function learnt(from: string, vocabSize = 270) {
  const trainer = new BPETrainer({ vocabSize });
  trainer.push(from);
  return trainer.train();
}

/** Options that stop a run after so many steps. */
function stopped(steps: number): Pick<TrainTextOptions, 'signal' | 'onEvent'> {
  const controller = new AbortController();
  const onEvent = (event: RunEvent) => {
    if (event.event === 'step' && event.step === steps) controller.abort();
  };
  return { signal: controller.signal, onEvent };
}

describe('a raw text', () => {
  test('gives a BPE model learnt only from the training part, without unknown tokens', async () => {
    const { tokenizer, vocabulary, recipe, results } = await trainText(`${text}zyzzyva zyzzyva\n`, quick);
    const [training] = splitText(`${text}zyzzyva zyzzyva\n`, 0.1);
    expect(sameTokenizer(tokenizer, learnt(training))).toBe(true);
    expect(recipe).toMatchObject({ tokens: 'bpe', vocabSize: 270, tied: true });
    expect(vocabulary.unknown).toBeNull();
    expect(results).toMatchObject({ valid: { unknownTokens: 0 } });
  });

  test('has the same pieces with maxTokens', async () => {
    const { tokenizer, corpus } = await trainText(text, { ...quick, maxTokens: 60 });
    expect(corpus).toMatchObject({ tokens: 60 });
    expect(sameTokenizer(tokenizer, learnt(splitText(text, 0.1)[0]))).toBe(true);
  });

  test('resumes to the same bits as an uninterrupted run', async () => {
    const store = new MemoryStore();
    const whole = await trainText(text, quick);
    await trainText(text, { ...quick, store, ...stopped(15) });
    const resumed = await trainText(text, { ...quick, store, resume: 'latest' });
    expect(await readWeights(resumed.model)).toEqual(await readWeights(whole.model));
    expect(resumed.tokenizer.toJSON()).toEqual(whole.tokenizer.toJSON());
    await expect(trainText(text, { ...quick, store, ...stopped(3), tokens: 'word' })).resolves.toBeDefined();
  });

  test('reports why it has fewer pieces than requested', async () => {
    const events: RunEvent[] = [];
    const onEvent = (event: RunEvent) => events.push(event);
    const { vocabulary } = await trainText(text, { ...quick, tokens: 'bpe', vocabSize: 5000, onEvent });
    expect(vocabulary.size).toBeLessThan(400);
    const reason = { reason: 'fewer-pieces', learnt: vocabulary.size, vocabSize: 5000 };
    expect(events[0]).toMatchObject({ event: 'start', chosen: [reason] });
  });

  test('of items learns pieces only from the training items', async () => {
    const rows = text.trimEnd().split('\n');
    const lines = rows.map((line) => JSON.stringify({ text: line })).join('\n');
    const { tokenizer, recipe } = await trainText(lines, { ...quick, items: 'jsonl:text', valid: null });
    expect(recipe).toMatchObject({ tokens: 'bpe' });
    const trainer = new BPETrainer({ vocabSize: 270 });
    for (const row of rows) {
      trainer.push(row);
      trainer.end();
    }
    expect(sameTokenizer(tokenizer, trainer.train())).toBe(true);
    const words = JSON.stringify({ text: 'the cat sat on the mat .' });
    const cut = await trainText(`${words}\n`.repeat(20), { ...quick, items: 'jsonl:text' });
    expect(cut.recipe).toMatchObject({ tokens: 'word' });
  });
});

describe('initial weights', () => {
  const start = async (options: TrainTextOptions = quick) => {
    const store = new MemoryStore();
    const { tokenizer } = await trainText(text, { ...options, store });
    return { tokenizer, start: readStart('before', store.read('model.safetensors')) };
  };
  const plan = async (from: Awaited<ReturnType<typeof start>>, given: Partial<Recipe> = {}) =>
    planTraining(
      trainRequest({ batch: 2, time: 5, epochs: 1, backend: 'reference', ...given }),
      { train: [await sourceText(prose(40, ' well'))], valid: null, test: null },
      { out: 'm.safetensors', openBackend, start: from.start },
    );

  test('come with their tokenizer', async () => {
    const from = await start();
    for (const given of [{}, { tokens: 'bpe' }, { vocabSize: 270 }] as const) {
      const { tokenizer, recipe } = await plan(from, given);
      expect(sameTokenizer(tokenizer, from.tokenizer)).toBe(true);
      expect(recipe).toMatchObject({ tokens: 'bpe', vocabSize: 270 });
    }
  });

  test('keep their kind of tokens, with a vocabulary from the text', async () => {
    const { start: from } = await start({ ...quick, tokens: 'char', normalize: 'nfc' });
    const { tokenizer, recipe } = await planTraining(
      trainRequest({ batch: 2, time: 5, epochs: 1, backend: 'reference' }),
      { train: [await sourceText(text)], valid: null, test: null },
      { out: 'm.safetensors', openBackend, start: from },
    );
    expect(recipe).toMatchObject({ tokens: 'char', normalize: 'nfc' });
    expect(tokenizer.toJSON()).toEqual({ kind: 'char', normalize: 'nfc' });
  });

  test.each([
    [
      { tokens: 'word' },
      "before: the file's tokenizer is bpe and this run's is word; the weights need the same one.",
    ],
    [{ vocabSize: 300 }, "before: vocabSize is 300, but the file's tokenizer has 270"],
    [{ normalize: 'nfkc' }, "before: normalize is nfkc, but the file's tokenizer has null"],
  ] as const)('are refused with other settings: %j', async (given, message) => {
    await expect(plan(await start(), given)).rejects.toThrow(message);
  });

  test('are refused with another tokenizer of the same kind', async () => {
    const { start: from } = await start();
    const given = planTraining(
      trainRequest({ batch: 2, time: 5, epochs: 1, backend: 'reference' }),
      { train: [await sourceText(text)], valid: null, test: null },
      { out: 'm.safetensors', openBackend, start: from, tokenizer: learnt('ab ab ab ab '.repeat(9), 258) },
    );
    await expect(given).rejects.toThrow(/^before: the file's tokenizer is bpe and this run's is another one/);
  });
});

describe('a given tokenizer', () => {
  const given = learnt(prose(20, ' soundly'), 300);
  const { vocabSize: _, ...others } = quick;

  test('encodes the text, and is stored in model and recipe', async () => {
    const { tokenizer, vocabulary, recipe } = await trainText(text, { ...others, tokenizer: given });
    expect(tokenizer.toJSON()).toEqual(given.toJSON());
    expect(vocabulary.size).toBe(given.fixedVocabulary()?.size);
    expect(recipe).toMatchObject({ tokens: 'bpe', vocabSize: vocabulary.size });
  });

  test('may come with a vocabulary, which a resumed run keeps', async () => {
    const tokenizer = openTokenizer('word');
    const vocabulary = Vocabulary.fromTokens(['<unk>', 'The', 'cat', '<eos>', 'other'], '<unk>');
    const options = { ...others, tokenizer: { tokenizer, vocabulary } };
    const store = new MemoryStore();
    const whole = await trainText(text, options);
    expect(whole.vocabulary.equals(vocabulary)).toBe(true);
    expect(whole.recipe).toMatchObject({ tokens: 'word', vocabSize: 5 });
    await trainText(text, { ...options, store, ...stopped(5) });
    const resumed = await trainText(text, { ...options, store, resume: 'latest' });
    expect(await readWeights(resumed.model)).toEqual(await readWeights(whole.model));
  });

  test('is part of the request', async () => {
    const store = new MemoryStore();
    await trainText(text, { ...others, tokenizer: given, store, ...stopped(5) });
    const again = { ...others, store, ...stopped(5) };
    await expect(trainText(text, again)).rejects.toThrow(
      'model.safetensors has checkpoints of an unfinished run',
    );
    const other = trainText(text, { ...others, store, resume: 'latest', tokenizer: learnt(text, 290) });
    await expect(other).rejects.toThrow('was trained with a tokenizer other than tokenizer');
    await expect(trainText(text, { ...others, store, resume: 'latest' })).resolves.toBeDefined();
  });

  test.each([
    [{ tokens: 'char' }, 'tokens is char, but tokenizer has bpe'],
    [{ vocabSize: 400 }, 'vocabSize is 400, but tokenizer has'],
    [{ normalize: 'nfc' }, 'normalize is nfc, but tokenizer has null'],
  ] as const)('is refused beside settings that say otherwise: %j', async (settings, message) => {
    await expect(trainText(text, { ...others, tokenizer: given, ...settings })).rejects.toThrow(message);
  });

  test('is refused if it is invalid, and by fineTune', async () => {
    const wrong = trainText(text, { ...others, tokenizer: {} as never });
    await expect(wrong).rejects.toThrow('trainText: the tokenizer is an Object; it must be a Tokenizer');
    const saved = await trainText(text, quick);
    const tuned = fineTune(saved, text, { openBackend, epochs: 1, tokenizer: given });
    await expect(tuned).rejects.toThrow('fineTune: tokenizer would change the model');
  });
});

test('fineTune keeps the pieces of the model', async () => {
  const saved = await trainText(text, quick);
  const tuned = await fineTune(saved, prose(40, ' soundly'), {
    openBackend,
    backend: 'reference',
    epochs: 1,
  });
  expect(tuned.tokenizer.toJSON()).toEqual(saved.tokenizer.toJSON());
  expect(tuned.recipe).toMatchObject({ tokens: 'bpe', vocabSize: 270 });
});

test('the normal form is applied to what is learnt, and stored in the model', async () => {
  const decomposed = text.replaceAll('cat', 'caf\u00e9').normalize('NFD');
  const { tokenizer, recipe } = await trainText(decomposed, { ...quick, normalize: 'nfc' });
  const [training] = splitText(decomposed, 0.1);
  expect(sameTokenizer(tokenizer, normalised(learnt(training.normalize('NFC')), 'nfc'))).toBe(true);
  expect(recipe).toMatchObject({ tokens: 'bpe', normalize: 'nfc' });
});
