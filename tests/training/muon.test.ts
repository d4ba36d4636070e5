import { describe, expect, test } from 'vitest';
import type { Backend } from '../../src/backends/backend.ts';
import { openBackend } from '../../src/backends/open.ts';
import { createParam, type Param } from '../../src/layers/layer.ts';
import { Random } from '../../src/tensor/random.ts';
import { Adam } from '../../src/training/optimizers/adam.ts';
import { Muon } from '../../src/training/optimizers/muon.ts';
import { SGD } from '../../src/training/optimizers/sgd.ts';
import { fastBackends, threadCounts } from '../support/backends.ts';
import { expectNumbers } from '../support/tensors.ts';

const reference = await openBackend('reference');

type Matrix = number[][];
const combined = (...terms: [number, Matrix][]): Matrix =>
  terms[0][1].map((row, i) => row.map((_, j) => terms.reduce((sum, [a, x]) => sum + a * x[i][j], 0)));
const rowsOf = (numbers: ArrayLike<number>, columns: number): Matrix =>
  Array.from({ length: numbers.length / columns }, (_, i) =>
    Array.from({ length: columns }, (_, j) => numbers[i * columns + j]),
  );

/** The update of one gate: `tests/backends/contract/orthogonalise.test.ts` compares it with the singular value decomposition. */
function orthogonalised(given: Matrix): Matrix {
  const [R, C] = [given.length, given[0].length];
  const x = reference.arena.tensor([R, C]).set(given.flat());
  reference.orthogonalise(x, 1, reference.arena.tensor([2 * R * C + 2 * Math.min(R, C) ** 2]));
  return rowsOf(x.values(), C);
}

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
      const halves = [0, H].map((first) => orthogonalised(u.map((row) => row.slice(first, first + H))));
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
