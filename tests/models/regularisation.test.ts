import { expect, test } from 'vitest';
import { openBackend } from '../../src/backends/open.ts';
import { StreamBatches } from '../../src/data/batches/stream-batches.ts';
import type { RecurrentConfig } from '../../src/models/config.ts';
import { RecurrentLM } from '../../src/models/recurrent-lm.ts';
import type { Regularisation } from '../../src/models/regularisation.ts';
import { Random } from '../../src/tensor/random.ts';
import { SGD } from '../../src/training/optimizers/sgd.ts';
import { planBytes } from '../../src/training/plan-bytes.ts';
import { train } from '../../src/training/train.ts';
import { trainingData } from '../support/models.ts';
import { expectGradient, RandomTensors } from '../support/tensors.ts';

const reference = await openBackend('reference');
const all: Regularisation = { dropout: 0.3, locked: true, wordDropout: 0.2, weightDrop: 0.4, maskSeed: 5 };
const config = (cell: RecurrentConfig['cell'], tied = false): RecurrentConfig => {
  return { cell, vocabSize: 9, embeddingSize: 5, hiddenSize: tied ? 6 : 4, layers: 2, ...(tied && { tied }) };
};

function setUp(cell: RecurrentConfig['cell'], regularisation: Regularisation, tied = false) {
  const model = new RecurrentLM(reference, config(cell, tied), new Random(3), regularisation);
  const make = new RandomTensors(reference, 4);
  for (const { value } of model.params) value.set(value.values().map(() => make.random.normal() / 2));
  const [xs, ts] = [make.ids([3, 4], 9), make.ids([3, 4], 9)];
  const loss = () => {
    model.masks.restore({ seed: 5, step: 0 }); // the same masks each time
    model.resetState();
    return model.forward(xs, ts).total.item();
  };
  return { model, xs, ts, loss };
}

test.each([
  ['rnn', false],
  ['lstm', false],
  ['gru', false],
  ['lstm', true],
] as const)('a model of %s with every dropout has the numeric gradients (tied: %s)', (cell, tied) => {
  const { model, loss } = setUp(cell, all, tied);
  loss();
  model.backward();
  const grads = model.params.map(({ name, grad, value }) => ({ name, grad: grad.values(), value }));
  for (const { name, grad, value } of grads) {
    expectGradient(name, reference.arena.tensor(value.shape).set(grad), loss, value);
  }
});

test.each(['mingru', 'minlstm'] as const)(
  'a model of %s has the numeric gradients with every dropout that it can have',
  (cell) => {
    const { model, loss } = setUp(cell, { ...all, weightDrop: 0 });
    loss();
    model.backward();
    const grads = model.params.map(({ name, grad, value }) => ({ name, grad: grad.values(), value }));
    for (const { name, grad, value } of grads) {
      expectGradient(name, reference.arena.tensor(value.shape).set(grad), loss, value);
    }
    expect(() => setUp(cell, all)).toThrow(
      `RecurrentLM: weightDrop is 0.4, cell is "${cell}", which has no recurrent weights to drop.`,
    );
  },
);

test('penalties change the gradients but not the loss', () => {
  const plain = setUp('lstm', {});
  const penalised = setUp('lstm', { ar: 2, tar: 1 });
  expect(penalised.loss()).toBe(plain.loss());
  for (const { model } of [plain, penalised]) model.backward();
  const grads = [plain, penalised].map(({ model }) => model.params.map(({ grad }) => grad.values()));
  const names = plain.model.params.map(({ name }) => name);
  grads[0].forEach((grad, i) => {
    if (names[i].startsWith('affine')) expect(grads[1][i]).toEqual(grad);
    else expect(grads[1][i]).not.toEqual(grad);
  });
});

test('masks change from block to block, and without a gradient nothing is dropped', () => {
  const { model, xs, ts } = setUp('gru', all);
  const plain = setUp('gru', {});
  const loss = (of: RecurrentLM, gradient: boolean) => {
    of.resetState();
    return of.forward(xs, ts, gradient).total.item();
  };
  expect(loss(model, true)).not.toBe(loss(model, true));
  expect(loss(model, false)).toBe(loss(plain.model, false));
  plain.model.resetState();
  model.resetState();
  expect(model.predict(xs).values()).toEqual(plain.model.predict(xs).values());
});

test('has the same bits on one thread and on three, and stays within the planned memory', async () => {
  const { ids, vocabulary } = trainingData(603, 60);
  const sizes = {
    cell: 'lstm',
    vocabSize: vocabulary.size,
    embeddingSize: 70,
    hiddenSize: 150,
    layers: 2,
  } as const;
  const run = async (threads: number) => {
    const backend = await openBackend('wasm', { threads });
    const options = { ...all, ar: 2, tar: 1 };
    const planned = await planBytes(backend, sizes, { N: 10, T: 20, clip: 1, model: options });
    const model = new RecurrentLM(backend, sizes, new Random(1), options);
    const batches = new StreamBatches(ids, { N: 10, T: 20, end: 'wrap' });
    const optimizer = new SGD(backend, { lr: 0.5 });
    for await (const _ of train(model, { batches, optimizer, epochs: 1, clip: 1 }));
    expect(backend.arena.bytesSpanned).toBeLessThanOrEqual(planned);
    const weights = model.params.map(({ value }) => value.values());
    backend.close();
    return weights;
  };
  expect(await run(3)).toEqual(await run(1));
});

test('out-of-range rates and penalties are refused', () => {
  const open = (regularisation: Regularisation) => () =>
    new RecurrentLM(reference, config('rnn'), new Random(1), regularisation);
  expect(open({ dropout: 1 })).toThrow(/the dropout rate is 1; it must be at least 0 and below 1/);
  expect(open({ wordDropout: -0.1 })).toThrow(/rate is -0\.1/);
  expect(open({ weightDrop: Number.NaN })).toThrow(/rate is NaN/);
  expect(open({ ar: -1 })).toThrow(/alpha is -1/);
});
