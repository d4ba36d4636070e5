import { describe, expect, test } from 'vitest';
import type { Backend } from '../../src/backends/backend.ts';
import { openBackend } from '../../src/backends/open.ts';
import type { Param } from '../../src/layers/layer.ts';
import { TimeEmbedding } from '../../src/layers/time/embedding.ts';
import { AdaGrad } from '../../src/training/optimizers/adagrad.ts';
import { Adam, AdamW } from '../../src/training/optimizers/adam.ts';
import { Momentum, Nesterov } from '../../src/training/optimizers/momentum.ts';
import { RMSprop } from '../../src/training/optimizers/rmsprop.ts';
import { SGD } from '../../src/training/optimizers/sgd.ts';
import { optimizers } from '../support/optimizers.ts';
import { RandomTensors } from '../support/tensors.ts';

const backend = await openBackend('reference');
const wasm = await openBackend('wasm', { threads: 2 });

/** Two parameters, and gradients for them that are the same at each call with the same number. */
function open(on: Backend) {
  const make = new RandomTensors(on);
  const params = [make.param('a', [3, 5]), make.param('b', [7])];
  const push = (step: number) => {
    const { random } = new RandomTensors(on, step);
    for (const { grad } of params) grad.set(Float64Array.from({ length: grad.size }, () => random.normal()));
  };
  return { params, push };
}

const weights = (params: readonly Param[]) => params.map(({ value }) => value.values());

describe('SGD', () => {
  test('moves each parameter by −lr·gradient, with the current rate', () => {
    const { params, push } = open(backend);
    const optimizer = new SGD(backend, { lr: 0.1 });
    for (const lr of [0.1, 0.02]) {
      push(1);
      const expected = params.map(({ value, grad }) => {
        const gradient = grad.values();
        return value.values().map((w, i) => w + -lr * gradient[i]);
      });
      optimizer.lr = lr;
      optimizer.update(params);
      expect(weights(params)).toEqual(expected);
    }
  });

  test('with weight decay, also moves rows that did not occur', () => {
    const make = new RandomTensors(backend);
    const W = make.param('W', [4, 2]);
    W.rows = backend.arena.tensor([1], 'int32').set([2]);
    const before = W.value.values();
    new SGD(backend, { lr: 0.5, weightDecay: 0.1 }).update([W]);
    W.value.values().forEach((w, i) => expect(w).toBeCloseTo(before[i] * 0.95, 14));
  });
});

describe.each(optimizers)('%s', (name, make, moments) => {
  for (const on of [backend, wasm]) {
    test(`saved and restored, it goes on with the same bits (${on.name})`, async () => {
      const [whole, first] = [open(on), open(on)];
      const [uninterrupted, before] = [make(on), make(on)];
      for (let step = 1; step <= 6; step++) {
        whole.push(step);
        uninterrupted.update(whole.params);
      }
      for (let step = 1; step <= 3; step++) {
        first.push(step);
        before.update(first.params);
      }
      const { tensors, numbers } = await before.save();
      expect(tensors.size).toBe(2 * moments);
      const after = make(on, { lr: 7 });
      after.restore({ tensors, numbers: JSON.parse(JSON.stringify(numbers)) });
      for (let step = 4; step <= 6; step++) {
        first.push(step);
        after.update(first.params);
      }
      expect(weights(first.params)).toEqual(weights(whole.params));
      expect((await after.save()).numbers).toEqual((await uninterrupted.save()).numbers);
    });
  }

  test("a state is a copy that later updates don't change", async () => {
    const { params, push } = open(backend);
    const optimizer = make(backend);
    push(1);
    optimizer.update(params);
    const saved = await optimizer.save();
    const before = JSON.stringify([...saved.tensors]);
    push(2);
    optimizer.update(params);
    expect(JSON.stringify([...saved.tensors])).toBe(before);
  });

  test('a new learning rate applies from the next update, and does not change the moments', async () => {
    const [one, other] = [open(backend), open(backend)];
    const [steady, changed] = [make(backend), make(backend)];
    for (const [optimizer, { params, push }] of [
      [steady, one],
      [changed, other],
    ] as const) {
      push(1);
      optimizer.update(params);
      if (optimizer === changed) optimizer.lr = 0.01;
      push(2);
      optimizer.update(params);
    }
    expect(weights(other.params)).not.toEqual(weights(one.params));
    expect((await changed.save()).tensors).toEqual((await steady.save()).tensors);
  });

  test.each([0, -0.1, Number.NaN, Number.POSITIVE_INFINITY])('refuses the learning rate %d', (lr) => {
    expect(() => make(backend, { lr })).toThrow(`${name}: lr is ${lr}; it must be a positive number`);
  });

  test('refuses a weight decay below 0', () => {
    expect(() => make(backend, { weightDecay: -1 })).toThrow(`${name}: weightDecay is -1; it must be 0 or`);
  });

  test('refuses a state without a learning rate', () => {
    const state = { tensors: new Map(), numbers: { updates: 3 } };
    expect(() => make(backend).restore(state)).toThrow(
      `${name}: the saved state has no valid lr; it must be a number`,
    );
  });
});

test.each(optimizers.filter(([, , moments]) => moments > 0))(
  '%s moves a row of a table that did not occur as if its gradient were 0',
  (_, make) => {
    const ends = [true, false].map((listed) => {
      const tensors = new RandomTensors(backend);
      const W = tensors.param('W', [9, 4]);
      const layer = new TimeEmbedding(backend, W);
      const optimizer = make(backend);
      for (let step = 0; step < 4; step++) {
        layer.forward(tensors.ids([2, 3], 9));
        layer.backward(tensors.sequence([2, 3, 4]));
        const { rows } = W;
        if (!listed) W.rows = null;
        optimizer.update([W]);
        W.rows = rows;
      }
      return W.value.values();
    });
    expect(ends[0]).toEqual(ends[1]);
  },
);

test.each([
  ['Momentum: momentum is 1', () => new Momentum(backend, { lr: 1, momentum: 1 })],
  ['Nesterov: momentum is -0.1', () => new Nesterov(backend, { lr: 1, momentum: -0.1 })],
  ['AdaGrad: epsilon is 0', () => new AdaGrad(backend, { epsilon: 0 })],
  ['RMSprop: alpha is 2', () => new RMSprop(backend, { alpha: 2 })],
  ['RMSprop: epsilon is NaN', () => new RMSprop(backend, { epsilon: Number.NaN })],
  ['Adam: beta1 is 1', () => new Adam(backend, { beta1: 1 })],
  ['AdamW: beta2 is NaN', () => new AdamW(backend, { beta2: Number.NaN })],
  ['AdamW: epsilon is -1', () => new AdamW(backend, { epsilon: -1 })],
])('refuses what is out of range: %s', (message, make) => {
  expect(make).toThrow(message);
});

test('moments of another shape than the parameter are refused with both shapes', async () => {
  const { params } = open(backend);
  const optimizer = new Adam(backend);
  optimizer.update(params);
  const other = new Adam(backend);
  other.restore(await optimizer.save());
  const wide = new RandomTensors(backend).param('a', [3, 6]);
  expect(() => other.update([wide])).toThrow('mean: the saved moment of a is (3, 5); it must be (3, 6).');
});

test('a moment without gradients reaches 0, not subnormal numbers', async () => {
  const [param] = open(wasm).params;
  const optimizer = new Momentum(wasm, { lr: 1e-3 });
  param.grad.set(new Array(15).fill(1e-3));
  optimizer.update([param]);
  param.grad.set(new Array(15).fill(0));
  for (let step = 0; step < 1000; step++) optimizer.update([param]);
  const velocity = (await optimizer.save()).tensors.get('a.velocity');
  expect(new Set(velocity?.data)).toEqual(new Set([0]));
});

test('a NaN gradient propagates to weights and moments', () => {
  for (const [, make] of optimizers) {
    const [param] = open(wasm).params;
    param.grad.set([Number.NaN, ...new Array(14).fill(1)]);
    make(wasm).update([param]);
    expect([...param.value.values()].map(Number.isNaN)).toEqual([true, ...new Array(14).fill(false)]);
  }
});
