import { describe, expect, test } from 'vitest';
import { openBackend } from '../../../src/backends/open.ts';
import { Corpus } from '../../../src/data/corpus.ts';
import { charTokenizer } from '../../../src/data/tokenizers/char.ts';
import { Vocabulary } from '../../../src/data/vocabulary/vocabulary.ts';
import { type Cell, cellNames } from '../../../src/models/cells.ts';
import { RecurrentLM } from '../../../src/models/recurrent-lm.ts';
import { Random } from '../../../src/tensor/random.ts';
import { evaluate, tokenLosses } from '../../../src/training/evaluation/evaluate.ts';
import { ITEMS_N, ITEMS_T, itemLosses } from '../../../src/training/evaluation/item-losses.ts';
import { fastBackends } from '../../support/backends.ts';
import { expectNumbers } from '../../support/tensors.ts';

const reference = await openBackend('reference');
const vocabulary = Vocabulary.fromTokens([...'abcdef'], null).withEnd();
const codec = { tokenizer: charTokenizer, vocabulary };

/** More items than are read side by side, some longer than a block. */
function itemsOf(count: number, seed: number): string[] {
  const random = new Random(seed);
  return Array.from({ length: count }, (_, i) => {
    const length = 1 + Math.floor((i % 17 === 0 ? 3 * ITEMS_T : 9) * random.uniform());
    return Array.from({ length }, () => 'abcdef'[Math.floor(6 * random.uniform())]).join('');
  });
}

const items = itemsOf(ITEMS_N + 40, 2);
const corpus = Corpus.encodeItems(items, codec);
const alone = (item: string) => Corpus.encodeItems([item], codec);

function open(cell: Cell = 'lstm', backend = reference): RecurrentLM {
  const config = { cell, vocabSize: 7, embeddingSize: 5, hiddenSize: 6, layers: 2 };
  const opened = new RecurrentLM(backend, config, new Random(1));
  const random = new Random(3);
  for (const { value } of opened.params) value.set(value.values().map(() => 0.8 * random.normal()));
  return opened;
}

const losses = (model: RecurrentLM, of: Corpus) => itemLosses(model, { ids: of.ids, items: of.items ?? 0 });

/** Each item as a text of its own, one after the other. */
async function oneByOne(model: RecurrentLM, options = {}): Promise<number[]> {
  const all: number[] = [];
  for (const item of items) all.push(...(await tokenLosses(model, alone(item).ids, options)));
  return all;
}

describe('the losses of items', () => {
  test.each(cellNames)('of %s are those of each item alone, in the order of the text', async (cell) => {
    const model = open(cell);
    const found = await losses(model, corpus);
    const expected = await oneByOne(model);
    expect(found).toHaveLength(items.join('').length + items.length);
    expect(Math.max(...expected.map((loss, i) => Math.abs(loss - found[i])))).toBeLessThan(1e-12);
  });

  test.each(fastBackends.map((backend) => [backend.description, backend] as const))(
    'on %s are the same within float32',
    async (_, backend) => {
      const [found, expected] = [
        await losses(open('gru', backend), corpus),
        await losses(open('gru'), corpus),
      ];
      expectNumbers('losses', found, expected, 0, 1e-4);
    },
  );

  test('do not depend on other items', async () => {
    const model = open();
    const before = await losses(model, corpus);
    for (const changed of [0, 40, items.length - 1]) {
      const length = items[changed].length;
      const others = items.with(changed, 'f'.repeat(length));
      const after = await losses(model, Corpus.encodeItems(others, codec));
      const start = items.slice(0, changed).join('').length + changed;
      const same = (all: Float64Array) => [...all.slice(0, start), ...all.slice(start + length + 1)];
      expect(same(after)).toEqual(same(before));
      expect(after.slice(start, start + length + 1)).not.toEqual(before.slice(start, start + length + 1));
    }
  });

  test('are those that evaluate counts: each token and each end once, per character of the items', async () => {
    const model = open();
    const found = await losses(model, corpus);
    const sum = found.reduce((a, b) => a + b, 0);
    const evaluation = await evaluate(model, corpus);
    expect(evaluation.targets).toBe(corpus.ids.length - 1);
    expect(evaluation.loss).toBeCloseTo(sum / found.length, 12);
    expect(evaluation.bitsPerCharacter).toBeCloseTo(sum / Math.LN2 / items.join('').length, 10);
  });

  test('do not change the carried state', async () => {
    const model = open();
    model.carry(null);
    const { xs, ts, resets } = model.place({ N: 1, T: 2, xs: Int32Array.of(1, 2), ts: Int32Array.of(2, 3) });
    model.forward(xs, ts, false, false, resets);
    const before = await model.save();
    await evaluate(model, corpus);
    expect(await model.save()).toEqual(before);
  });

  test('of a model without finite weights are an error', async () => {
    const model = open();
    model.params[0].value.set(model.params[0].value.values().map(() => Number.NaN));
    await expect(evaluate(model, corpus)).rejects.toThrow(/the loss of token 1 is NaN/);
  });
});

describe('adaptation to items', () => {
  test('the cache is empty at the start of each item', async () => {
    const model = open();
    const cache = { window: 20, theta: 0.5, lambda: 0.3 };
    const each = await oneByOne(model, { cache });
    const whole = await evaluate(model, corpus, { cache, T: 9 });
    expect(whole.loss).toBeCloseTo(each.reduce((a, b) => a + b, 0) / each.length, 11);
    expect(whole.loss).not.toBeCloseTo((await evaluate(model, corpus)).loss, 3);
  });

  test('dynamic evaluation learns across items, and resets the state at each', async () => {
    const model = open();
    const still = await evaluate(model, corpus, { dynamic: { lr: 0 } });
    expect(still.loss).toBeCloseTo((await evaluate(model, corpus)).loss, 11);
    const learning = await evaluate(model, corpus, { dynamic: { lr: 0.05 } });
    expect(learning.loss).toBeLessThan(still.loss);
  });
});
