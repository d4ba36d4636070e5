import { describe, expect, test } from 'vitest';
import type { Backend } from '../../src/backends/backend.ts';
import { openBackend } from '../../src/backends/open.ts';
import { createParam, type Param } from '../../src/layers/layer.ts';
import { Random } from '../../src/tensor/random.ts';
import { Workspace } from '../../src/tensor/workspace.ts';
import { Adam } from '../../src/training/optimizers/adam.ts';
import { Muon } from '../../src/training/optimizers/muon.ts';
import { orthogonalise } from '../../src/training/optimizers/newton-schulz.ts';
import { SGD } from '../../src/training/optimizers/sgd.ts';
import { fastBackends, threadCounts } from '../support/backends.ts';
import { expectNumbers, RandomTensors } from '../support/tensors.ts';

const reference = await openBackend('reference');

type Matrix = number[][];
const product = (a: Matrix, b: Matrix): Matrix =>
  a.map((row) => b[0].map((_, j) => row.reduce((sum, x, k) => sum + x * b[k][j], 0)));
const transposed = (a: Matrix): Matrix => a[0].map((_, j) => a.map((row) => row[j]));
const combined = (...terms: [number, Matrix][]): Matrix =>
  terms[0][1].map((row, i) => row.map((_, j) => terms.reduce((sum, [a, x]) => sum + a * x[i][j], 0)));
const rowsOf = (numbers: ArrayLike<number>, columns: number): Matrix =>
  Array.from({ length: numbers.length / columns }, (_, i) =>
    Array.from({ length: columns }, (_, j) => numbers[i * columns + j]),
  );

/** Newton–Schulz as in the post of Jordan et al. 2024. */
function naive(given: Matrix): Matrix {
  const norm = Math.hypot(...given.flat());
  let X = combined([1 / (norm + 1e-7), given]);
  for (let i = 0; i < 5; i++) {
    const S = product(X, transposed(X));
    X = combined([3.4445, X], [-4.775, product(S, X)], [2.0315, product(product(S, S), X)]);
  }
  return X;
}

const shapes = [
  [5, 5],
  [3, 8],
  [9, 4],
  [1, 6],
] as const;

test.each(shapes)('orthogonalise equals the naive iteration: %d by %d', (rows, columns) => {
  const X = new RandomTensors(reference, 3).tensor([rows, columns], 0.01);
  const expected = naive(rowsOf(X.values(), columns)).flat();
  orthogonalise(reference, new Workspace(reference.arena), X);
  expectNumbers('X', X.values(), expected, 1e-4); // their epsilon is 1e-7, ours 1e-18
});

test('all singular values of an orthogonalised matrix are about 1, whatever its scale', () => {
  for (const size of [1e-6, 1, 1e6]) {
    const X = new RandomTensors(reference, 5).tensor([6, 40], size);
    orthogonalise(reference, new Workspace(reference.arena), X);
    const S = product(rowsOf(X.values(), 40), transposed(rowsOf(X.values(), 40)));
    // Their squares lie between the smallest and the largest Rayleigh quotient of any vector.
    const random = new Random(1);
    for (let i = 0; i < 50; i++) {
      const v = [Array.from({ length: 6 }, () => random.normal())];
      const quotient = product(product(v, S), transposed(v))[0][0] / product(v, transposed(v))[0][0];
      expect(quotient).toBeGreaterThan(0.6 ** 2);
      expect(quotient).toBeLessThan(1.25 ** 2);
    }
  }
  const zeros = reference.arena.tensor([3, 4]);
  orthogonalise(reference, new Workspace(reference.arena), zeros);
  expect(zeros.values()).toEqual(new Float64Array(12));
});

/** A matrix of two gates and a bias, with gradients that are the same at each call with the same number. */
function open(on: Backend, [D, H]: readonly [number, number] = [3, 4]) {
  const params: readonly Param[] = [
    createParam(on.arena, 'rnn.0.Wx', [D, 2 * H], 2),
    createParam(on.arena, 'rnn.0.b', [2 * H]),
  ];
  const fill = (seed: number, of: (param: Param) => Param['value']) => {
    const random = new Random(seed);
    for (const param of params)
      of(param).set(Float64Array.from({ length: param.value.size }, () => random.normal()));
  };
  fill(99, ({ value }) => value);
  return { params, push: (step: number) => fill(step, ({ grad }) => grad) };
}

const weights = (params: readonly Param[]) => params.map(({ value }) => value.values());

describe('Muon', () => {
  test('moves each gate by its orthogonalised Nesterov momentum, and the bias by the other optimizer', () => {
    const [D, H] = [3, 4];
    const { params, push } = open(reference, [D, H]);
    const [lr, momentum, weightDecay] = [0.1, 0.9, 0.01];
    const optimizer = new Muon(reference, {
      lr,
      momentum,
      weightDecay,
      others: new SGD(reference, { lr: 2 }),
    });
    let v = combined([0, rowsOf(params[0].grad.values(), 2 * H)]);
    for (const step of [1, 2, 3]) {
      push(step);
      const g = rowsOf(params[0].grad.values(), 2 * H);
      v = combined([momentum, v], [1, g]);
      const u = combined([1, g], [momentum, v]);
      const halves = [0, H].map((first) => naive(u.map((row) => row.slice(first, first + H))));
      const update = u.map((_, i) => halves.flatMap((half) => half[i]));
      const W = rowsOf(params[0].value.values(), 2 * H);
      const expected = combined([1 - lr * weightDecay, W], [-lr * Math.sqrt(H / D), update]).flat();
      const [, bias] = weights(params).map((before, i) =>
        before.map((w, k) => w - 2 * params[i].grad.values()[k]),
      );
      optimizer.update(params);
      expectNumbers('Wx', params[0].value.values(), expected, 1e-6);
      expectNumbers('b', params[1].value.values(), bias, 1e-12);
    }
  });

  test('the rate of the other optimizer follows its own, also as the schedule and a restored state set it', async () => {
    const others = new Adam(reference, { lr: 0.001 });
    const optimizer = new Muon(reference, { lr: 0.02, others });
    const { params, push } = open(reference);
    optimizer.lr = 0.01;
    push(1);
    optimizer.update(params);
    expect(others.lr).toBeCloseTo(0.0005, 15);
    const saved = await optimizer.save();
    expect([...saved.tensors.keys()].sort()).toEqual([
      'rnn.0.Wx.momentum',
      'rnn.0.b.mean',
      'rnn.0.b.squares',
    ]);
    const again = new Muon(reference, { lr: 0.02, others: new Adam(reference, { lr: 0.001 }) });
    again.restore(saved);
    expect(again.lr).toBe(0.01);
    expect(await again.save()).toEqual(saved);
  });

  test.each(['reference', 'wasm'] as const)(
    'saved and restored, it goes on with the same bits (%s)',
    async (name) => {
      const on = await openBackend(name, { threads: 1 });
      const make = () => new Muon(on, { others: new Adam(on) });
      const [whole, first] = [open(on), open(on)];
      const [uninterrupted, before] = [make(), make()];
      for (let step = 1; step <= 4; step++) {
        whole.push(step);
        uninterrupted.update(whole.params);
        if (step === 3) break;
        first.push(step);
        before.update(first.params);
      }
      const { tensors, numbers } = await before.save();
      const after = make();
      after.restore({ tensors, numbers: JSON.parse(JSON.stringify(numbers)) });
      first.push(3);
      after.update(first.params);
      expect(weights(first.params)).toEqual(weights(whole.params));
      on.close();
    },
  );

  test('wrong arguments', () => {
    const others = new SGD(reference, { lr: 1 });
    expect(() => new Muon(reference, {} as never)).toThrow(
      'Muon: others is undefined; it must be an Optimizer',
    );
    expect(() => new Muon(reference, { others: new Muon(reference, { others }) })).toThrow(
      'Muon: others is a Muon',
    );
    expect(() => new Muon(reference, { others, momentum: 1 })).toThrow('Muon: momentum is 1');
  });
});

/** The weights after two updates, in one list. */
function trained(on: Backend): number[] {
  const { params, push } = open(on, [70, 130]);
  const optimizer = new Muon(on, { others: new SGD(on, { lr: 1 }) });
  for (const step of [1, 2]) {
    push(step);
    optimizer.update(params);
  }
  return weights(params).flatMap((numbers) => [...numbers]);
}

test('every backend agrees with the reference', () => {
  for (const on of fastBackends) expectNumbers(on.description, trained(on), trained(reference), 1e-4);
});

test('the bits do not depend on the number of threads', () => {
  for (const [one, several] of threadCounts) expect(trained(several)).toEqual(trained(one));
});
