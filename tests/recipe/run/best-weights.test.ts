import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { openBackend } from '../../../src/backends/open.ts';
import { openTokenizer } from '../../../src/data/tokenizers/open.ts';
import { Vocabulary } from '../../../src/data/vocabulary.ts';
import { configs } from '../../../src/models/configs.ts';
import { readModelFile, type SavedModel } from '../../../src/models/model-file.ts';
import { RecurrentLM } from '../../../src/models/recurrent-lm.ts';
import { BestWeights, type Progress } from '../../../src/recipe/run/best-weights.ts';
import { Random } from '../../../src/tensor/random.ts';

const folder = mkdtempSync(join(tmpdir(), 'unrolled-'));
afterAll(() => rmSync(folder, { recursive: true }));

const noWarning = (message: string) => expect.unreachable(message);
const progress = (epoch: number, validPerplexity: number | null): Progress => ({
  epoch,
  step: 10 * epoch,
  trainPerplexity: 5,
  validPerplexity,
});

async function keeperIn(
  name: string,
): Promise<{ bestWeights: BestWeights; model: RecurrentLM; path: string }> {
  const config = configs.simpleRnnlm({ vocabSize: 3, wordvecSize: 2, hiddenSize: 2 });
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
  const path = join(folder, name);
  return { bestWeights: new BestWeights(path, saved), model, path };
}

const read = async (path: string): Promise<SavedModel> =>
  readModelFile(readFileSync(path), await openBackend('reference'));

test('only a lower validation perplexity is saved; restore brings its weights back', async () => {
  const { bestWeights, model, path } = await keeperIn('best');
  const b = model.params.at(-1)!.value;
  const offers = [9, 7, 8, 7].map((valid, i) => {
    b.set(Float64Array.of(i, i, i));
    return bestWeights.offer(progress(i + 1, valid), noWarning);
  });
  expect(offers).toEqual([true, true, false, false]);
  expect(bestWeights.kept).toEqual(progress(2, 7));
  bestWeights.restore();
  expect(b.values()).toEqual(Float64Array.of(1, 1, 1));
  expect(bestWeights.finish(null, null)).toBe(readFileSync(path).length);
  expect((await read(path)).results).toEqual({ ...progress(2, 7), valid: null, test: null });
});

test('without validation the latest weights are saved', async () => {
  const { bestWeights, path } = await keeperIn('latest');
  for (const epoch of [1, 2]) expect(bestWeights.offer(progress(epoch, null), noWarning)).toBe(true);
  expect((await read(path)).results).toMatchObject({ epoch: 2 });
});

test('weights that are not finite are refused', async () => {
  const { bestWeights, model, path } = await keeperIn('nan');
  model.params[0].value.set(new Float64Array(6).fill(Number.NaN));
  expect(() => bestWeights.offer(progress(1, 5), noWarning)).toThrow(/embedding\.W holds NaN/);
  expect(existsSync(path)).toBe(false);
});

test('when writing fails it warns, keeps the weights in mind, and the end throws', async () => {
  const { bestWeights } = await keeperIn('nowhere/model');
  const warnings: string[] = [];
  expect(bestWeights.offer(progress(1, 5), (message) => warnings.push(message))).toBe(false);
  expect(warnings).toEqual([expect.stringMatching(/nowhere\/model: there is no such file or folder/)]);
  expect(bestWeights.kept).toEqual(progress(1, 5));
  expect(bestWeights.written).toBeNull();
  expect(() => bestWeights.finish(null, null)).toThrow(/there is no such file or folder/);
});
