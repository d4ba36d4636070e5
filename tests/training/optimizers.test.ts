import { describe, expect, test } from 'vitest';
import { openBackend } from '../../src/backends/open.ts';
import { SGD } from '../../src/training/optimizers/sgd.ts';
import { RandomTensors } from '../support/random-tensors.ts';

const backend = await openBackend('reference');

describe('SGD', () => {
  test('moves each parameter by −lr·gradient, at the rate of the moment', () => {
    const make = new RandomTensors(backend);
    const params = [make.param('a', [3, 4]), make.param('b', [5])];
    const optimizer = new SGD(backend, { lr: 0.1 });
    for (const lr of [0.1, 0.02]) {
      for (const { grad } of params)
        grad.set(Float64Array.from({ length: grad.size }, () => make.random.normal()));
      const expected = params.map(({ value, grad }) => {
        const gradient = grad.values();
        return value.values().map((w, i) => w + -lr * gradient[i]);
      });
      optimizer.lr = lr;
      optimizer.update(params);
      params.forEach(({ value }, i) => expect(value.values()).toEqual(expected[i]));
    }
  });

  test.each([0, -0.1, Number.NaN, Number.POSITIVE_INFINITY])('refuses the learning rate %d', (lr) => {
    expect(() => new SGD(backend, { lr })).toThrow(`SGD: lr is ${lr}; it must be a positive number`);
  });
});
