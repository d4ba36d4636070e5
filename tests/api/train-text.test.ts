import { expect, test } from 'vitest';
import { fineTune, loadModel, openBackend, presets, type RunEvent, trainText } from '../../src/index.ts';
import { MemoryStore } from '../../src/recipe/store.ts';
import { pseudoText } from '../support/pseudo-text.ts';

const text = pseudoText(3, 500, 10);
const small = { hidden: 6, wordvec: 5, batch: 2, time: 5, epochs: 1 } as const;

test('trains a model on a backend opened by name', async () => {
  const store = new MemoryStore();
  const events: RunEvent[] = [];
  const onEvent = (event: RunEvent) => events.push(event);
  const saved = await trainText(text, { ...small, backend: 'reference', store, onEvent });
  expect(saved.model.backend.name).toBe('reference');
  expect(saved.interrupted).toBe(false);
  const { ids } = saved.encode(text.slice(0, 20));
  expect(saved.decode(ids)).toBe(text.slice(0, 20));
  expect([events[0].event, events.at(-1)?.event]).toEqual(['start', 'result']);
  const loaded = await loadModel(store.read('model.safetensors'), await openBackend('reference'));
  expect(loaded.results).toEqual(saved.results);
});

test('fine-tuning leaves the loaded model unchanged', async () => {
  const store = new MemoryStore();
  await trainText(text, { ...small, backend: 'reference', store });
  const loaded = await loadModel(store.read('model.safetensors'), await openBackend('reference'));
  const tuned = await fineTune(loaded, text, { backend: 'reference', epochs: 2 });
  expect(tuned.model).not.toBe(loaded.model);
  expect(tuned.recipe).toMatchObject({ epochs: 2, hidden: 6 });
  expect(loaded.recipe).toMatchObject({ epochs: 1 });
});

test('accepts an open backend and the name of a preset', async () => {
  const asked: string[] = [];
  const opener = (name: string) => {
    asked.push(name);
    return openBackend('reference');
  };
  const saved = await trainText(text, { ...small, preset: 'simple-rnnlm', openBackend: opener });
  expect(asked).toEqual(['auto']);
  expect(saved.recipe).toMatchObject({ lr: presets['simple-rnnlm'].lr, hidden: 6 });
});

test('a speed trial needs no validation text, even if the schedule does', async () => {
  const plateau = { hidden: 6, wordvec: 5, batch: 2, time: 5, schedule: 'plateau', minutes: 0.001 } as const;
  const saved = await trainText(text, { ...plateau, backend: 'reference' });
  expect(saved.recipe).toMatchObject({ schedule: 'plateau' });
  const tuned = await fineTune(saved, text, { backend: 'reference', minutes: 0.001 });
  expect(tuned.recipe).toMatchObject({ schedule: 'plateau' });
});

test.each([
  ['', { valid: null }, 'text-empty', 'train: the training text has no word; it needs at least 2.'],
  [5, {}, 'option-value', 'trainText: the text is 5; it must be a string'],
  [text, { valid: 5 }, 'option-value', 'trainText: the valid is 5; it must be a string'],
  [text, { hiddenSize: 40 }, 'unknown-name', 'trainText: unknown option hiddenSize'],
] as const)('%#: trainText refuses what it can not train on', async (given, options, code, message) => {
  const call = trainText(given as string, { ...small, backend: 'reference', ...(options as object) });
  await expect(call).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
});

test.each([
  { tokens: 'char' },
  { hidden: 9 },
  { tied: true },
  { forgetBias: 3 },
  { outputBias: 'zero' },
  { initEmbedding: 'random' },
  { preset: 'rnnlm' },
] as const)('fineTune refuses %j, which would change the model', async (options) => {
  const backend = 'reference';
  const saved = await trainText(text, { ...small, tied: false, backend });
  await expect(fineTune(saved, text, { backend, epochs: 1, ...options })).rejects.toMatchObject({
    code: 'option-conflict',
    message: expect.stringContaining(`fineTune: ${Object.keys(options)[0]} would change the model`),
  });
});
