import { expect, test } from 'vitest';
import type { Backend } from '../../../src/backends/backend.ts';
import type { Tensor } from '../../../src/tensor/tensor.ts';
import { RandomTensors } from '../../support/tensors.ts';
import { agrees, onEachBackend } from './agree.ts';

type Step = (on: Backend, W: Tensor, m: Tensor, v: Tensor, dW: Tensor) => void;

const [decay, rate, epsilon] = [0.1, 0.3, 0.01];
const shares = { decoupledDecay: 0.05, beta1: 0.8, oneMinusBeta1: 0.3, beta2: 0.7, oneMinusBeta2: 0.4 };
const steps: Readonly<Record<string, Step>> = {
  momentum: (on, W, m, _, dW) =>
    on.momentumStep(W, m, dW, { decay, momentum: 0.9, gradientRate: 0.2, velocityRate: 0.3 }),
  squares: (on, W, _, v, dW) => on.squaresStep(W, v, dW, { decay, keep: 0.7, share: 0.4, rate, epsilon }),
  adapt: (on, W, m, v, dW) => on.adaptStep(W, m, v, dW, { rate, epsilon, decay: 0.9 }),
  Adam: (on, W, m, v, dW) => on.adamStep(W, m, v, dW, { decay, ...shares, rate, epsilon }),
  lerp: (on, W, m) => on.lerp(W, 0.3, m),
  swap: (on, W, m, v) => {
    on.swap(W, m);
    on.swap(m, v);
  },
};

// Threads share 30,000 numbers and more.
for (const size of [1, 3, 4, 101, 30_011]) {
  for (const [name, step] of Object.entries(steps)) {
    agrees(
      `a step of ${name} over ${size} numbers`,
      (on, make) => {
        const [W, m, v, dW] = [0, 1, 2, 3].map(() => make.tensor([size]));
        v.set(v.values().map(Math.abs));
        step(on, W, m, v, dW);
        return { W, m, v };
      },
      // A weight is a sum of terms of either sign, of which rate/ε makes large ones.
      { floor: 1e-6 },
    );
  }
}

for (const size of [1, 3, 4, 101]) {
  agrees(`the sum of squares of ${size} numbers, added to the total`, (on, make) => {
    const total = on.arena.tensor([1], 'float64').set([2]);
    on.addSumOfSquares(total, make.tensor([size]));
    return { total };
  });
}

for (const [norm, maxNorm] of [
  [5, 2.5],
  [5, 5.1],
  [Number.NaN, 1],
]) {
  agrees(`clipping to a norm of ${maxNorm} of one of ${norm}, of all rows and of some`, (on, make) => {
    const [x, some, rows] = [make.tensor([3, 7]), make.tensor([3, 7]), make.ids([1, 2], 3).set([2, -1])];
    on.clipByNorm(x, on.arena.tensor([1], 'float64').set(norm ** 2), maxNorm);
    on.clipByNorm(some, on.arena.tensor([1], 'float64').set(norm ** 2), maxNorm, rows);
    return { x, some };
  });
}

onEachBackend((backend) => {
  test('float64 terms are added with one rounding', () => {
    const make = new RandomTensors(backend);
    const x = make.tensor([5]);
    const terms = [1e-9, Math.PI, -0.1, 1 / 3, 0];
    const round = (sum: number) => (backend.arena.floatType === 'float32' ? Math.fround(sum) : sum);
    const expected = Array.from(x.values(), (value, i) => round(value + terms[i]));
    backend.addFloat64(x, backend.arena.tensor([5], 'float64').set(terms));
    expect([...x.values()]).toEqual(expected);
  });

  test('swapped numbers keep their bits, including NaN and −0', () => {
    const [x, y] = [0, 1].map(() => backend.arena.tensor([5]));
    x.set([Number.NaN, -0, 1e-40, 4, 5]);
    y.set([5, 4, 3, 2, 1]);
    const [before, other] = [x.values(), y.values()];
    backend.swap(x, y);
    expect([x.values(), y.values()]).toEqual([other, before]);
  });
});
