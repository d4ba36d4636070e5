import { describe, expect, test } from 'vitest';
import type { Backend } from '../../src/backends/backend.ts';
import { openBackend } from '../../src/backends/open.ts';
import { StreamBatches } from '../../src/data/batches/stream-batches.ts';
import { countNgrams } from '../../src/training/ngram/ngram.ts';
import { SGD } from '../../src/training/optimizers/sgd.ts';
import { train } from '../../src/training/train.ts';
import { trainingData } from '../support/models.ts';

/** Half of the length and the vocabulary of the chapter's run; five streams instead of ten make its 19 steps an epoch. */
const { ids, vocabulary, model } = trainingData(500, 1000);
const V = vocabulary.size;

/** Perplexity of the targets under their own frequencies: the best that no memory at all can do. */
const unigram = (() => {
  const { unigrams } = countNgrams(ids.subarray(1), V);
  const loss = unigrams.reduce((sum, count) => sum - (count === 0 ? 0 : count * Math.log(count / 499)), 0);
  return Math.exp(loss / 499);
})();

interface Recipe {
  width: number;
  epochs: number;
  stateful?: boolean;
}

/** The perplexity of each epoch of the chapter's recipe. */
async function perplexities(backend: Backend, { width, epochs, stateful = true }: Recipe): Promise<number[]> {
  const trained = model(backend, 1, { embeddingSize: width, hiddenSize: width });
  const batches = new StreamBatches(ids, { N: 5, T: 5, end: 'wrap' });
  const optimizer = new SGD(backend, { lr: 0.1 });
  const found: number[] = [];
  for await (const event of train(trained, { batches, optimizer, epochs, stateful })) {
    if (event.event === 'epoch') found.push(event.trainPerplexity);
  }
  return found;
}

describe("the chapter's run", () => {
  test('falls from about V to far below the unigram perplexity; a stateless run stays far behind', async () => {
    const backend = await openBackend('wasm-strict', { threads: 1 });
    const stateful = await perplexities(backend, { width: 100, epochs: 80 });
    const stateless = await perplexities(backend, { width: 100, epochs: 80, stateful: false });
    expect(V).toBeGreaterThan(180);
    expect(stateful[0]).toBeGreaterThan(0.6 * V);
    expect(stateful[0]).toBeLessThan(1.1 * V);
    expect(stateful[79]).toBeLessThan(unigram / 10);
    expect(stateless[79]).toBeGreaterThan(2 * stateful[79]);
  });

  test('follows the float64 reference within 1 %, epoch by epoch', async () => {
    const recipe = { width: 10, epochs: 12 };
    const exact = await perplexities(await openBackend('reference'), recipe);
    for (const name of ['wasm', 'wasm-strict']) {
      const fast = await perplexities(await openBackend(name, { threads: 1 }), recipe);
      fast.forEach((perplexity, i) => {
        expect(Math.abs(perplexity / exact[i] - 1), `${name}, epoch ${i + 1}`).toBeLessThan(0.01);
      });
    }
    expect(exact[11]).toBeLessThan(0.7 * exact[0]);
  });
});
