import { expect, test } from 'vitest';
import { openBackend } from '../../src/backends/open.ts';
import { StreamBatches } from '../../src/data/batches/stream-batches.ts';
import { openTokenizer } from '../../src/data/tokenizers/open.ts';
import { logitsAfter } from '../../src/generation/writing/read-ids.ts';
import { type Cell, cellNames, cells } from '../../src/models/cells.ts';
import { checkConfig } from '../../src/models/config.ts';
import { readModelFile, writeModelFile } from '../../src/models/model-file.ts';
import { RecurrentLM } from '../../src/models/recurrent-lm.ts';
import { Random } from '../../src/tensor/random.ts';
import { evaluate, tokenLosses } from '../../src/training/evaluation/evaluate.ts';
import { SGD } from '../../src/training/optimizers/sgd.ts';
import { planBytes } from '../../src/training/plan-bytes.ts';
import { train } from '../../src/training/train.ts';
import { trainingData } from '../support/models.ts';

const { ids, corpus, vocabulary, model } = trainingData(603, 60);
const backend = await openBackend('wasm-strict', { threads: 1 });

/** A scan has no steps to hold a state in. */
const steppers = cellNames.filter((cell) => cells[cell].zoneout.includes('h'));

const zoned = (cell: Cell) => {
  return {
    cell,
    layers: 2,
    zoneout: 0.2,
    ...(cells[cell].zoneout.includes('c') && { zoneoutCell: 0.5 }),
  } as const;
};

const learn = async (trained: RecurrentLM, lr = 1): Promise<void> => {
  const batches = new StreamBatches(ids, { N: 5, T: 10, end: 'cut' });
  const optimizer = new SGD(trained.backend, { lr });
  for await (const _ of train(trained, { batches, optimizer, epochs: 2 }));
};

test.each(steppers)(
  'a model of %s draws masks in training and uses the expectation in evaluation',
  async (cell) => {
    const trained = model(backend, 1, zoned(cell));
    const { xs, ts } = trained.place({ N: 5, T: 10, xs: ids.slice(0, 50), ts: ids.slice(1, 51) });
    const loss = (...how: boolean[]) => {
      trained.resetState();
      return trained.forward(xs, ts, ...how).total.item();
    };
    expect(loss()).not.toBe(loss());
    expect(loss(false)).toBe(loss(false));
    expect(loss(true, false)).toBe(loss(false));
    await learn(trained);
    const { perplexity } = await evaluate(trained, corpus);
    expect((await evaluate(trained, corpus, { dynamic: { lr: 0 }, T: 128 })).perplexity).toBe(perplexity);
    const plain = new RecurrentLM(backend, { ...trained.config, zoneout: 0 });
    plain.params.forEach(({ value }, i) => value.set(trained.params[i].value.values()));
    expect((await evaluate(plain, corpus)).perplexity).not.toBe(perplexity);
  },
);

test.each(steppers)(
  'the file of a model of %s stores it, for evaluation and token by token',
  async (cell) => {
    const trained = model(backend, 1, zoned(cell));
    await learn(trained);
    const rest = { tokenizer: openTokenizer('word'), vocabulary, recipe: null, corpus: null, results: null };
    const bytes = writeModelFile({ model: trained, ...rest, extras: new Map() });
    const opened = readModelFile(bytes, backend).model;
    expect(opened.config).toEqual(trained.config);
    const losses = await tokenLosses(opened, ids);
    expect(losses).toEqual(await tokenLosses(trained, ids));
    // One row at a time, as `generate` goes.
    const state = opened.state();
    for (let t = 0; t < 20; t++) {
      const scores = [...logitsAfter(opened, Int32Array.of(ids[t]), state)];
      const largest = Math.max(...scores);
      const sum = scores.reduce((all, score) => all + Math.exp(score - largest), 0);
      const loss = Math.log(sum) - (scores[ids[t + 1]] - largest);
      expect(loss).toBeCloseTo(losses[t], 4);
    }
  },
);

test('learns, and stays within the planned memory', async () => {
  const on = await openBackend('wasm', { threads: 1 });
  const trained = (cell: Cell) => ({ ...model(backend, 1, zoned(cell)).config, hiddenSize: 100 });
  for (const cell of ['rnn', 'lstm', 'lstm-cifg', 'mogrifier-lstm', 'gru'] as const) {
    const config = trained(cell);
    const planned = await planBytes(on, config, { N: 5, T: 10, texts: [ids.length] });
    const opened = new RecurrentLM(on, config, new Random(1));
    const before = (await evaluate(opened, corpus)).perplexity;
    await learn(opened, 0.1);
    expect((await evaluate(opened, corpus)).perplexity).toBeLessThan(0.95 * before);
    expect(on.arena.bytesSpanned).toBeLessThanOrEqual(planned);
  }
});

test('an invalid rate, and a rate of c for a cell without c, are refused', () => {
  const sizes = { vocabSize: 9, embeddingSize: 5, hiddenSize: 4, layers: 1 };
  const check = (config: object) => () => checkConfig({ cell: 'gru', ...sizes, ...config });
  expect(check({ zoneout: 0.5 })).not.toThrow();
  for (const zoneout of [1, -0.1, '0.5', null, Number.NaN]) {
    expect(check({ zoneout })).toThrow(/^config: zoneout is .*; it must be a number from 0 to below 1/);
  }
  expect(check({ zoneoutCell: 0.5 })).toThrow(
    'config: zoneoutCell is 0.5, cell is "gru"; it needs a cell with a cell state c: lstm, lstm-cifg or mogrifier-lstm. Leave it out, or use lstm.',
  );
});
