import { expect, test } from 'vitest';
import { readWeights } from '../../src/models/weights.ts';
import type { Plan } from '../../src/recipe/plan.ts';
import { startWeights } from '../../src/recipe/run/start-weights.ts';
import { planSmall, smallText, sourceText } from '../support/small-plan.ts';

const weightsOf = ({ model }: Plan) => readWeights(model);

test('the output bias starts from the unigrams of the training text, and no other weight differs', async () => {
  const [plain, unigram] = await Promise.all([planSmall(), planSmall({ outputBias: 'unigram' })]);
  const expected = weightsOf(plain);
  const { unigrams } = unigram.counts;
  const total = unigrams.reduce((sum, count) => sum + count, unigrams.length);
  for (const [name, { data }] of weightsOf(unigram)) {
    if (name !== 'affine.b') expect(data, name).toEqual(expected.get(name)?.data);
    else data.forEach((b, v) => expect(b).toBeCloseTo(Math.log((unigrams[v] + 1) / total), 12));
  }
});

test('an unknown token that the text lacks counts as often as tokens that occur once', async () => {
  const train = [sourceText('rare.txt', `first second third\n${smallText.text}`)];
  const plan = await planSmall({ outputBias: 'unigram' }, { texts: { train } });
  const { unigrams } = plan.counts;
  const { unknownId } = plan.trainingData.vocabulary;
  expect(unigrams[unknownId]).toBe(0);
  const once = unigrams.filter((count) => count === 1).length;
  expect(once).toBeGreaterThanOrEqual(3);
  const total = unigrams.reduce((sum, count) => sum + count, unigrams.length + once);
  expect(weightsOf(plan).get('affine.b')?.data[unknownId]).toBeCloseTo(Math.log((once + 1) / total), 12);
});

test('the embedding starts from the co-occurrence of tokens, at the size of random numbers up to initScale', async () => {
  const settings = { initScale: 0.3, tied: true, hidden: 5 };
  const [plain, vectors] = await Promise.all(
    (['random', 'cooccurrence'] as const).map((initEmbedding) => planSmall({ ...settings, initEmbedding })),
  );
  const expected = weightsOf(plain);
  for (const [name, { data }] of weightsOf(vectors)) {
    if (name !== 'embedding.W') expect(data, name).toEqual(expected.get(name)?.data);
    else expect(Math.hypot(...data) / Math.sqrt(data.length)).toBeCloseTo(0.3 / Math.sqrt(3), 1);
  }
});

test('given weights stay as they are', async () => {
  const plain = await planSmall();
  const start = { name: 'start', tensors: weightsOf(plain), metadata: new Map() };
  expect(startWeights(start, plain.model.config, plain)).toBe(start.tensors);
  const started = await planSmall(
    { outputBias: 'unigram', initEmbedding: 'cooccurrence', seed: 7 },
    { start },
  );
  expect(weightsOf(started)).toEqual(start.tensors);
});
