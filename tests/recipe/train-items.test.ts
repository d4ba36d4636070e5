import { describe, expect, test } from 'vitest';
import { openBackend } from '../../src/backends/open.ts';
import type { RunEvent } from '../../src/recipe/run/events.ts';
import { MemoryStore } from '../../src/recipe/store.ts';
import { drawHeldOut } from '../../src/recipe/text/held-out.ts';
import { fineTune, type TrainTextOptions, trainText } from '../../src/recipe/train-text.ts';
import { pseudoText } from '../support/pseudo-text.ts';

/** Lines of one to twelve words. */
const text = pseudoText(3, 500, 10)
  .split(' ')
  .map((word, i) => `${word}${i % 5 === 0 || i % 12 === 3 ? '\n' : ' '}`)
  .join('');
const quick: TrainTextOptions = {
  // One thread: starting a second one takes longer than these runs.
  openBackend: (name) => openBackend(name, { threads: 1 }),
  ...{ backend: 'wasm-strict', hidden: 6, wordvec: 5, batch: 3, time: 7 },
  ...{ epochs: 3, items: 'line', tokens: 'word', dropout: 0.2 },
};

/** The model file of a run, stopped after each of these steps and resumed. */
async function fileOf(options: TrainTextOptions, stops: readonly number[] = []): Promise<Uint8Array> {
  const store = new MemoryStore();
  for (const [i, stop] of [...stops, Number.POSITIVE_INFINITY].entries()) {
    const controller = new AbortController();
    const onEvent = (event: RunEvent) => {
      if (event.event === 'step' && event.step === stop) controller.abort();
    };
    const how = { ...options, store, onEvent, signal: controller.signal };
    await trainText(text, i === 0 ? how : { ...how, resume: 'latest' });
  }
  return store.read('model.safetensors');
}

describe('training on items', () => {
  test.each([{}, { randomTime: true }, { average: 'ema', optimizer: 'adam' }] as const)(
    'stopped at any step and resumed, it gives the file of a run that never stopped: %j',
    async (more) => {
      const options = { ...quick, ...more };
      expect(await fileOf(options, [1, 9, 20])).toEqual(await fileOf(options));
    },
  );

  test('the seed determines the order of the items and which are held out', async () => {
    expect(await fileOf({ ...quick, seed: 4 })).toEqual(await fileOf({ ...quick, seed: 4 }));
    expect(await fileOf({ ...quick, seed: 4 })).not.toEqual(await fileOf({ ...quick, seed: 5 }));
  });

  test('a resumed run keeps its split', async () => {
    const store = new MemoryStore();
    const controller = new AbortController();
    const onEvent = ({ event }: RunEvent) => event === 'step' && controller.abort();
    await trainText(text, { ...quick, store, onEvent, signal: controller.signal });
    const { items: _, ...without } = quick;
    for (const items of ['blank-line', null] as const) {
      await expect(trainText(text, { ...without, items, store, resume: 'latest' })).rejects.toThrow(
        /was trained with items line, and this run has (blank-line|null); a resumed run can't change it/,
      );
    }
    expect((await trainText(text, { ...without, store, resume: 'latest' })).items).toBe('line');
  });

  test('automatic choice, trial and memory plan work for items', async () => {
    const events: RunEvent[] = [];
    const onEvent = (event: RunEvent) => events.push(event);
    const { hidden: _, wordvec: __, epochs: ___, ...open } = quick;
    await trainText(text, { ...open, minutes: 0.01, speedOf: async () => 20_000, onEvent });
    const [start, result] = [events[0], events.at(-1)];
    if (start.event !== 'start' || result?.event !== 'result') throw new Error('no start or no result');
    expect(start.chosen).toHaveLength(2);
    expect(start.corpus.items?.train).toBeGreaterThan(50);
    expect(result.memoryBytes).toBeLessThanOrEqual(start.plannedBytes);
  });

  test('fine-tuning keeps the kind of model: items or continuous text', async () => {
    const saved = await trainText(text, quick);
    const tuned = await fineTune(saved, 'w1 w2\nw3\n'.repeat(20), { openBackend, epochs: 1 });
    expect([tuned.items, tuned.vocabulary.endId]).toEqual(['line', saved.vocabulary.endId]);
    await expect(fineTune(saved, text, { openBackend, epochs: 1, items: null })).rejects.toThrow(
      /the model is for items, and this run trains on continuous text/,
    );
    const { items: _, ...endless } = quick;
    const plain = await trainText(text, { ...endless, epochs: 1 });
    await expect(fineTune(plain, text, { openBackend, epochs: 1, items: 'line' })).rejects.toThrow(
      /the model is for continuous text, and this run trains on items/,
    );
    expect(plain.items).toBeNull();
  });

  test('skipBad needs items whose lines can be malformed', async () => {
    for (const items of [null, 'line'] as const) {
      await expect(trainText(text, { ...quick, items, skipBad: true })).rejects.toMatchObject({
        code: 'option-conflict',
        message: `recipe: got skipBad with items ${items ?? 'none'}; it needs jsonl:FIELD or csv:COLUMN. Leave skipBad out.`,
      });
    }
  });

  test("streams can't be set for items", async () => {
    await expect(trainText(text, { ...quick, streams: 'wrap' })).rejects.toThrow(
      /got items and streams; items are shuffled/,
    );
  });
});

describe('held-out items', () => {
  const chosen = (count: number, fraction: number, seed: number) => {
    const held = drawHeldOut(count, fraction, seed);
    return [...held.keys()].filter((i) => held[i] === 1);
  };

  test('are a fraction of the items: at least one, and not all', () => {
    expect(chosen(32_033, 1000 / 32_033, 1)).toHaveLength(1000);
    expect(chosen(100, 0.1, 7)).toHaveLength(10);
    expect(chosen(3, 0.01, 1)).toHaveLength(1);
    expect(chosen(3, 0.99, 1)).toHaveLength(2);
  });

  test('depend on the seed, and come from all of the text', () => {
    expect(chosen(1000, 0.1, 3)).toEqual(chosen(1000, 0.1, 3));
    expect(chosen(1000, 0.1, 3)).not.toEqual(chosen(1000, 0.1, 4));
    const tenths = Array.from({ length: 10 }, (_, i) =>
      chosen(10_000, 0.1, 5).filter((at) => Math.floor(at / 1000) === i),
    );
    for (const tenth of tenths) expect(Math.abs(tenth.length - 100)).toBeLessThan(40);
  });
});
