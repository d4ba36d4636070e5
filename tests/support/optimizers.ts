import type { Backend } from '../../src/backends/backend.ts';
import { AdaGrad } from '../../src/training/optimizers/adagrad.ts';
import { Adam, AdamW } from '../../src/training/optimizers/adam.ts';
import { Momentum, Nesterov } from '../../src/training/optimizers/momentum.ts';
import { Muon } from '../../src/training/optimizers/muon.ts';
import type { Optimizer } from '../../src/training/optimizers/optimizer.ts';
import { RMSprop } from '../../src/training/optimizers/rmsprop.ts';
import { SGD } from '../../src/training/optimizers/sgd.ts';

type Make = (backend: Backend, options?: { lr?: number; weightDecay?: number }) => Optimizer;

/** Every optimizer, and how many tensors it keeps for each parameter. */
export const optimizers: readonly (readonly [name: string, make: Make, moments: number])[] = [
  ['SGD', (on, options) => new SGD(on, { lr: 0.1, ...options }), 0],
  ['Momentum', (on, options) => new Momentum(on, { lr: 0.1, ...options }), 1],
  ['Nesterov', (on, options) => new Nesterov(on, { lr: 0.1, ...options }), 1],
  ['AdaGrad', (on, options) => new AdaGrad(on, { lr: 0.1, ...options }), 1],
  ['RMSprop', (on, options) => new RMSprop(on, { lr: 0.1, ...options }), 1],
  ['Adam', (on, options) => new Adam(on, { lr: 0.1, ...options }), 2],
  ['AdamW', (on, options) => new AdamW(on, { lr: 0.1, ...options }), 2],
  ['Muon', (on, options) => new Muon(on, { lr: 0.1, others: new AdamW(on, { lr: 0.1 }), ...options }), 2],
];
