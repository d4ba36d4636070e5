import { expect, test } from 'vitest';
import { openBackend } from '../../src/backends/open.ts';
import { StreamBatches } from '../../src/data/batches/stream-batches.ts';
import type { RecurrentConfig } from '../../src/models/config.ts';
import type { ModelOptions } from '../../src/models/model-options.ts';
import { RecurrentLM } from '../../src/models/recurrent-lm.ts';
import { Random } from '../../src/tensor/random.ts';
import { evaluate } from '../../src/training/evaluation/evaluate.ts';
import { SGD } from '../../src/training/optimizers/sgd.ts';
import { planBytes } from '../../src/training/plan-bytes.ts';
import { train } from '../../src/training/train.ts';
import { trainingData } from '../support/models.ts';
import { expectGradient, RandomTensors } from '../support/tensors.ts';

const reference = await openBackend('reference');
const config = (vocabSize: number, layers = 1): RecurrentConfig => {
  return { cell: 'lstm', vocabSize, embeddingSize: 6, hiddenSize: 6, layers, tied: true };
};

function setUp(options: ModelOptions, words = 50) {
  const model = new RecurrentLM(reference, config(words), new Random(3), { scale: 0.5, ...options });
  const make = new RandomTensors(reference, 4);
  const [xs, ts] = [make.ids([3, 4], words), make.ids([3, 4], words)];
  const loss = (gradient = true, masked = gradient) => {
    model.resetState();
    return model.forward(xs, ts, gradient, masked).total.item();
  };
  return { model, loss, xs, ts };
}

const sampledSoftmax = { size: 20 };

test('a model has the numeric gradients of the sampled loss', () => {
  const { model, loss } = setUp({ sampledSoftmax, dropout: 0.3 });
  const again = () => {
    model.masks.restore({ seed: 5, step: 0 }); // the same masks and the same sample each time
    return loss();
  };
  again();
  model.backward();
  const grads = model.params.map(({ name, grad, value }) => ({ name, grad: grad.values(), value }));
  for (const { name, grad, value } of grads) {
    expectGradient(name, reference.arena.tensor(value.shape).set(grad), again, value);
  }
});

test('after so many steps the training loss is that of the full softmax, also in a model whose masks were restored', () => {
  const { model, loss } = setUp({ sampledSoftmax: { ...sampledSoftmax, steps: 2 } });
  const full = setUp({}).loss(false);
  const losses = [loss(), loss(), loss()];
  expect(losses.slice(0, 2)).not.toContain(full);
  expect(losses[2]).toBe(full);
  model.backward();
  const plain = setUp({});
  plain.loss();
  plain.model.backward();
  expect(model.params.map(({ grad }) => grad.values())).toEqual(
    plain.model.params.map(({ grad }) => grad.values()),
  );
  const resumed = setUp({ sampledSoftmax: { ...sampledSoftmax, steps: 2 } });
  resumed.model.masks.restore({ ...resumed.model.masks.save(), step: 1 });
  expect([resumed.loss(), resumed.loss()]).toEqual([losses[1], full]);
  expect(() => setUp({ sampledSoftmax: { ...sampledSoftmax, steps: -1 } })).toThrow(
    'sampledSoftmax.steps is -1',
  );
});

test('each training block has its own sample; evaluation uses the full softmax', () => {
  const { model, loss } = setUp({ sampledSoftmax });
  const plain = setUp({});
  expect(loss()).not.toBe(loss());
  expect(loss(false)).toBe(plain.loss(false));
  // As dynamic evaluation does.
  expect(loss(true, false)).toBe(plain.loss(true, false));
  model.backward();
  plain.model.backward();
  expect(model.params.map(({ grad }) => grad.values())).toEqual(
    plain.model.params.map(({ grad }) => grad.values()),
  );
});

test('updates only the words of the sample and the block, or all words after a full softmax', () => {
  const { model, loss, xs } = setUp({ sampledSoftmax });
  const [{ value, grad }, b] = [model.embedding.params[0], model.lossLayer.params[1]];
  const sgd = new SGD(reference, { lr: 1 });
  const moved = (masked: boolean) => {
    const before = value.values();
    loss(true, masked);
    model.backward();
    sgd.update(model.params);
    const after = value.values();
    return new Set([...before.keys()].filter((i) => before[i] !== after[i]).map((i) => Math.floor(i / 6)));
  };
  for (let step = 0; step < 3; step++) {
    const words = moved(true);
    const drawn = [...b.grad.values().keys()].filter((id) => b.grad.values()[id] !== 0);
    expect(words).toEqual(new Set([...drawn, ...xs.view()]));
    expect(words.size).toBeLessThan(40);
    const dW = grad.values();
    expect(dW.every((x, i) => x === 0 || words.has(Math.floor(i / 6)))).toBe(true);
  }
  expect(moved(false).size).toBe(50);
  expect(moved(true).size).toBeLessThan(40);
});

test('a vocabulary no larger than the sample uses the full softmax', () => {
  for (const size of [50, 51, 1000]) {
    expect(setUp({ sampledSoftmax: { size } }).loss()).toBe(setUp({}).loss());
  }
});

test('dropout has the same masks with a sample and without', () => {
  const among = (options: ModelOptions) => {
    const { model, xs, ts } = setUp({ dropout: 0.4, ...options });
    return model.forward(xs, ts).hs.values();
  };
  expect(among({ sampledSoftmax })).toEqual(among({}));
});

test('learns, with the same bits on one thread and on three, within the planned memory', async () => {
  const { corpus, ids, vocabulary } = trainingData(2003, 400);
  const sizes = config(vocabulary.size, 2);
  const counts = new Int32Array(vocabulary.size);
  for (const id of ids) counts[id]++;
  const options = { scale: 0.1, dropout: 0.1, sampledSoftmax: { size: 200, counts } };
  const run = async (threads: number) => {
    const backend = await openBackend('wasm', { threads });
    const planned = await planBytes(backend, sizes, { N: 10, T: 5, clip: 1, model: options, texts: [2003] });
    const model = new RecurrentLM(backend, sizes, new Random(1), options);
    const before = (await evaluate(model, corpus)).perplexity;
    const batches = new StreamBatches(ids, { N: 10, T: 5, end: 'cut' });
    const optimizer = new SGD(backend, { lr: 5 });
    for await (const _ of train(model, { batches, optimizer, epochs: 2, clip: 1 }));
    const after = (await evaluate(model, corpus)).perplexity;
    expect(backend.arena.bytesSpanned).toBeLessThanOrEqual(planned);
    expect(planned).toBeLessThanOrEqual(1.1 * backend.arena.bytesSpanned);
    const weights = model.params.map(({ value }) => value.values());
    backend.close();
    return { before, after, weights };
  };
  const [one, three] = [await run(1), await run(3)];
  expect(three.weights).toEqual(one.weights);
  expect(one.after).toBeLessThan(0.8 * one.before);
});

test('is refused without tied embeddings', () => {
  const untied = { ...config(50), tied: false };
  expect(() => new RecurrentLM(reference, untied, new Random(1), { sampledSoftmax })).toThrow(
    'RecurrentLM: sampledSoftmax is set, tied is not; it needs tied embeddings. Leave it out, or set tied: true.',
  );
});
