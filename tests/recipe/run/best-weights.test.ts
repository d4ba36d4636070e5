import { expect, test } from 'vitest';
import { openBackend } from '../../../src/backends/open.ts';
import { openTokenizer } from '../../../src/data/tokenizers/open.ts';
import { Vocabulary } from '../../../src/data/vocabulary/vocabulary.ts';
import { UnrolledError } from '../../../src/errors.ts';
import { configs } from '../../../src/models/configs.ts';
import { readModelFile, type SavedModel } from '../../../src/models/model-file.ts';
import { RecurrentLM } from '../../../src/models/recurrent-lm.ts';
import { BestWeights, type Progress } from '../../../src/recipe/run/best-weights.ts';
import { MemoryStore } from '../../../src/recipe/store.ts';
import { Random } from '../../../src/tensor/random.ts';

/** A store that refuses what is written to it while it is full. */
class Disk extends MemoryStore {
  full = false;
  override write(name: string, bytes: Uint8Array): void {
    if (this.full) throw new UnrolledError('disk-full', `${name}: the disk is full.`);
    super.write(name, bytes);
  }
}

const progress = (epoch: number, validPerplexity: number | null): Progress => ({
  epoch,
  step: 10 * epoch,
  trainPerplexity: 5,
  validPerplexity,
});

interface Run {
  readonly bestWeights: BestWeights;
  readonly model: RecurrentLM;
  readonly store: Disk;
}

async function openRun(): Promise<Run> {
  const config = configs.simpleRnnlm({ vocabSize: 3, embeddingSize: 2, hiddenSize: 2 });
  const model = new RecurrentLM(await openBackend('reference'), config, new Random(1));
  const vocabulary = Vocabulary.fromTokens(['a', 'b', 'c'], null);
  const saved = {
    model,
    tokenizer: openTokenizer('char'),
    vocabulary,
    recipe: {},
    corpus: {},
    extras: new Map(),
  };
  const store = new Disk();
  return { bestWeights: new BestWeights('best', saved, store), model, store };
}

const read = async (store: MemoryStore): Promise<SavedModel> =>
  readModelFile(store.read('best'), await openBackend('reference'));

test('only a lower validation perplexity is saved, and restore returns to its weights', async () => {
  const { bestWeights, model, store } = await openRun();
  const b = model.params.at(-1)!.value;
  const offers: boolean[] = [];
  for (const [i, valid] of [9, 7, 8, 7].entries()) {
    b.set(Float64Array.of(i, i, i));
    const { saved, error } = await bestWeights.saveIfBetter(progress(i + 1, valid));
    expect(error).toBeNull();
    offers.push(saved);
  }
  expect(offers).toEqual([true, true, false, false]);
  expect(bestWeights.bestProgress).toEqual(progress(2, 7));
  bestWeights.restore();
  expect(b.values()).toEqual(Float64Array.of(1, 1, 1));
  expect(await bestWeights.writeFinal(null, null)).toBe(store.read('best').length);
  expect((await read(store)).results).toEqual({ ...progress(2, 7), valid: null, test: null });
});

test('without validation the latest weights are saved', async () => {
  const { bestWeights, store } = await openRun();
  for (const epoch of [1, 2]) {
    expect(await bestWeights.saveIfBetter(progress(epoch, null))).toEqual({ saved: true, error: null });
  }
  expect((await read(store)).results).toMatchObject({ epoch: 2 });
});

test('weights that are not finite are refused', async () => {
  const { bestWeights, model, store } = await openRun();
  model.params[0].value.set(new Float64Array(6).fill(Number.NaN));
  await expect(bestWeights.saveIfBetter(progress(1, 5))).rejects.toThrow(/embedding\.W contains NaN/);
  expect(store.list('')).toEqual([]);
});

test('if writing fails, the error is returned, the weights stay in memory, and finishing throws', async () => {
  const { bestWeights, store } = await openRun();
  store.full = true;
  const { saved, error } = await bestWeights.saveIfBetter(progress(1, 5));
  expect(saved).toBe(false);
  expect(error).toMatchObject({ code: 'disk-full', message: 'best: the disk is full.' });
  expect(bestWeights.bestProgress).toEqual(progress(1, 5));
  expect(bestWeights.written).toBeNull();
  await expect(bestWeights.writeFinal(null, null)).rejects.toThrow(/the disk is full/);
});
