import { describe, expect, test } from 'vitest';
import { openBackend } from '../../../src/backends/open.ts';
import { Corpus } from '../../../src/data/corpus.ts';
import { charTokenizer } from '../../../src/data/tokenizers/char.ts';
import { Vocabulary } from '../../../src/data/vocabulary/vocabulary.ts';
import { cellNames } from '../../../src/models/cells.ts';
import { evaluate, tokenLosses } from '../../../src/training/evaluation/evaluate.ts';
import { fastBackends } from '../../support/backends.ts';
import { randomModel, trainingData } from '../../support/models.ts';

const reference = await openBackend('reference');
const { ids, corpus, vocabulary } = trainingData(700, 12);
const open = (cell: (typeof cellNames)[number] = 'lstm', backend = reference) =>
  randomModel(
    backend,
    { cell, vocabSize: vocabulary.size, embeddingSize: 5, hiddenSize: 6, layers: 2 },
    { seed: 3, deviation: 0.8 },
  );

/** Each window as a text of its own, one after the other. */
async function oneByOne(model: ReturnType<typeof open>, W: number): Promise<number[]> {
  const all: number[] = [];
  for (let start = 0; start < ids.length - 1; start += W) {
    all.push(...(await tokenLosses(model, ids.slice(start, start + W + 1))));
  }
  return all;
}

describe('the losses of windows', () => {
  test.each(cellNames)('of %s are those of each window alone, in the order of the text', async (cell) => {
    const model = open(cell);
    // More windows than fit a batch; several blocks a window; a last window that is shorter; one window for all.
    for (const window of [1, 3, 64, 100, 699, 5000]) {
      const found = await tokenLosses(model, ids, { window });
      const expected = await oneByOne(model, window);
      expect(found).toHaveLength(ids.length - 1);
      expect(Math.max(...expected.map((loss, i) => Math.abs(loss - found[i])))).toBeLessThan(1e-12);
    }
  });

  test.each(fastBackends.map((backend) => [backend.description, backend] as const))(
    'on %s are the same within float32',
    async (_, backend) => {
      const [found, expected] = [open('lstm', backend), open()];
      for (const window of [7, 64]) {
        const { loss } = await evaluate(found, corpus, { window });
        expect(Math.abs(loss / (await evaluate(expected, corpus, { window })).loss - 1)).toBeLessThan(1e-5);
      }
    },
  );

  test('give the mean over all targets; the whole text in one window is the stream', async () => {
    const model = open();
    const losses = await oneByOne(model, 50);
    const mean = losses.reduce((a, b) => a + b, 0) / losses.length;
    expect(await evaluate(model, corpus, { window: 50 })).toMatchObject({ targets: ids.length - 1 });
    expect((await evaluate(model, corpus, { window: 50 })).loss).toBeCloseTo(mean, 12);
    const stream = await evaluate(model, corpus);
    expect((await evaluate(model, corpus, { window: ids.length - 1 })).loss).toBeCloseTo(stream.loss, 12);
    expect(mean).not.toBeCloseTo(stream.loss, 4);
  });

  test('leave the carried state, also when aborted', async () => {
    const model = open();
    model.predict(model.place({ N: 3, T: 2, xs: new Int32Array(6), ts: new Int32Array(6) }).xs);
    const state = model.getState();
    await evaluate(model, corpus, { window: 10 });
    expect(model.getState()).toEqual(state);
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(evaluate(model, corpus, { window: 10, signal })).rejects.toThrow('enough');
    expect(model.getState()).toEqual(state);
  });

  test('are refused for items, with adaptation and for lengths that are none', async () => {
    const model = open();
    const conflict = { code: 'option-conflict' };
    await expect(evaluate(model, corpus, { window: 9, dynamic: {} })).rejects.toMatchObject(conflict);
    await expect(evaluate(model, corpus, { window: 9, cache: {} })).rejects.toMatchObject(conflict);
    const codec = { tokenizer: charTokenizer, vocabulary: Vocabulary.fromTokens([...'ab'], null).withEnd() };
    const items = Corpus.encodeItems(['ab', 'b'], codec);
    await expect(evaluate(model, items, { window: 9 })).rejects.toMatchObject(conflict);
    for (const window of [0, -1, 1.5, Number.NaN]) {
      await expect(evaluate(model, corpus, { window })).rejects.toThrow(
        `evaluate: window is ${window}; it must be a positive integer.`,
      );
    }
  });
});
