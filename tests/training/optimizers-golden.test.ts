import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Backend } from '../../src/backends/backend.ts';
import { openBackend } from '../../src/backends/open.ts';
import { createParam } from '../../src/layers/layer.ts';
import { EMA } from '../../src/training/averages/ema.ts';
import { NTASGD } from '../../src/training/averages/nt-asgd.ts';
import { AdaGrad } from '../../src/training/optimizers/adagrad.ts';
import { Adam, AdamW } from '../../src/training/optimizers/adam.ts';
import { Momentum, Nesterov } from '../../src/training/optimizers/momentum.ts';
import type { Optimizer } from '../../src/training/optimizers/optimizer.ts';
import { RMSprop } from '../../src/training/optimizers/rmsprop.ts';
import { SGD } from '../../src/training/optimizers/sgd.ts';
import { cosine, oneCycle } from '../../src/training/schedules/cosine.ts';
import { stepDecay } from '../../src/training/schedules/decay.ts';
import { fastBackends } from '../support/backends.ts';

interface Golden {
  start: number[];
  grads: number[][];
  weights: Record<string, number[]>;
  averages: Record<string, number[]>;
  rates: Record<string, number[]>;
}

const golden: Golden = JSON.parse(
  readFileSync(new URL('../golden/optimizers-from-pytorch.json', import.meta.url), 'utf8'),
);

const [lr, weightDecay] = [0.1, 0.01];
const makers: Record<string, (on: Backend) => Optimizer> = {
  SGD: (on) => new SGD(on, { lr, weightDecay }),
  Momentum: (on) => new Momentum(on, { lr, weightDecay }),
  Nesterov: (on) => new Nesterov(on, { lr, weightDecay }),
  AdaGrad: (on) => new AdaGrad(on, { lr, weightDecay }),
  RMSprop: (on) => new RMSprop(on, { lr, weightDecay }),
  Adam: (on) => new Adam(on, { lr, weightDecay }),
  AdamW: (on) => new AdamW(on, { lr, weightDecay: 0.02 }),
  'AdaGrad by default': (on) => new AdaGrad(on),
  'RMSprop by default': (on) => new RMSprop(on),
  'Adam by default': (on) => new Adam(on),
  'AdamW by default': (on) => new AdamW(on),
};

function open(backend: Backend) {
  const param = createParam(backend.arena, 'W', [golden.start.length]);
  param.value.set(golden.start);
  return param;
}

const reference = await openBackend('reference');
const all = [reference, ...fastBackends].map((backend) => [backend.description, backend] as const);

describe.each(all)("PyTorch's numbers on %s:", (_, backend) => {
  const digits = backend === reference ? 12 : 5;
  const expectNear = (actual: Float64Array, expected: number[]) => {
    expect(actual).toHaveLength(expected.length);
    actual.forEach((value, i) => expect(value).toBeCloseTo(expected[i], digits));
  };

  test.each(Object.entries(makers))('%s', (name, make) => {
    const [param, optimizer] = [open(backend), make(backend)];
    for (const grad of golden.grads) {
      param.grad.set(grad);
      optimizer.update([param]);
    }
    expectNear(param.value.values(), golden.weights[name]);
  });

  test.each(['EMA', 'NTASGD'])('the average of %s', async (name) => {
    const average = name === 'EMA' ? new EMA(backend, { decay: 0.9 }) : new NTASGD(backend, { nonmono: 0 });
    for (const perplexity of [1, 2]) average.validated(perplexity);
    const [param, optimizer] = [open(backend), new SGD(backend, { lr })];
    for (const grad of golden.grads) {
      param.grad.set(grad);
      optimizer.update([param]);
      average.update([param]);
    }
    const found = await average.during([param], () => param.value.values());
    expectNear(found, golden.averages[name]);
  });
});

test.each([
  ['stepDecay', stepDecay({ lr: 0.4, factor: 0.5, every: 3 })],
  ['cosine', cosine({ lr: 0.4, steps: 20, end: 0.01 })],
  ['oneCycle', oneCycle({ lr: 0.4, steps: 20 })],
])("%s has the rates of PyTorch's scheduler", (name, schedule) => {
  const expected = golden.rates[name];
  expect(expected.length).toBeGreaterThan(9);
  expected.forEach((rate, i) => {
    expect(schedule.rate({ epoch: i + 1, step: i + 1 })).toBeCloseTo(rate, 13);
  });
});
