import { expect, test } from 'vitest';
import { openBackend } from '../../../src/backends/open.ts';
import { initOutputBias } from '../../../src/models/initial/output-bias.ts';
import { evaluate } from '../../../src/training/evaluation/evaluate.ts';
import { countNgrams, unigramPerplexity } from '../../../src/training/ngram/ngram.ts';
import { trainingData } from '../../support/models.ts';

const { corpus, vocabulary, model: create } = trainingData(600, 50);
const V = vocabulary.size;

test.each(['reference', 'wasm'] as const)(
  'a model without other weights has the perplexity of the unigram model, tied or not (%s)',
  async (name) => {
    const backend = await openBackend(name, { threads: 1 });
    const counts = countNgrams(corpus.ids, V);
    const expected = unigramPerplexity(counts, corpus.ids);
    expect(expected).toBeLessThan(0.8 * V);
    for (const tied of [true, false]) {
      const model = create(backend, 1, { tied });
      const before = model.params.slice(0, -1).map(({ value }) => value.values());
      initOutputBias(model, counts.unigrams);
      expect(model.params.slice(0, -1).map(({ value }) => value.values())).toEqual(before);
      model.params.slice(0, -1).forEach(({ value }) => {
        backend.fill(value, 0);
      });
      const { perplexity } = await evaluate(model, corpus);
      expect(perplexity / expected).toBeCloseTo(1, name === 'wasm' ? 5 : 12);
    }
    backend.close();
  },
);

test('the counts are those of every token', async () => {
  const model = create(await openBackend('reference'));
  for (const counts of [new Int32Array(V - 1), new Array(V).fill(-1), new Array(V).fill(Number.NaN)]) {
    expect(() => initOutputBias(model, counts)).toThrow(
      `initOutputBias: got ${counts.length} counts; it needs V = ${V} numbers of at least 0`,
    );
  }
  expect(() => initOutputBias(model, 5 as never)).toThrow(
    'initOutputBias: the counts is 5; it must be a list',
  );
});
