import { expect, test } from 'vitest';
import { rowChunks } from '../../../src/tensor/shape.ts';
import { RandomTensors } from '../../support/tensors.ts';
import { agrees, onEachBackend } from './agree.ts';

for (const V of [1, 2, 4, 7, 418]) {
  agrees(
    `softmax with loss over V=${V}: gradient, losses, total and sums of rows`,
    (on, make) => {
      const [xs, b, ts] = [make.tensor([70, V], 4), make.tensor([V], 2), make.ids([7, 10], V)];
      ts.view()[5] = -1;
      const out = {
        dxs: make.tensor([70, V]),
        losses: make.tensor([70]),
        total: on.arena.tensor([3], 'float64'),
        sums: make.tensor([rowChunks(70), V]),
      };
      on.countTargets(out.total, ts, V, -1);
      on.softmaxWithLoss(out, xs, b, ts, -1);
      return out;
    },
    // A loss is log(Σ exp) − logit, of logits of about 10.
    { floor: 2e-6 },
  );
}

for (const V of [1, 2, 4, 7, 418, 10_001]) {
  agrees(
    `softmax of rows over V=${V}, in place and at several temperatures`,
    (on, make) =>
      Object.fromEntries(
        [1, 0.5, 20].map((scale) => {
          const xs = make.tensor([5, V], 4);
          on.softmax(xs, xs, scale);
          return [`scale ${scale}`, xs];
        }),
      ),
    // exp(20·(x − max)) of logits of about 10; the sum of a row is rounded V/4 times.
    { relative: 3e-5, floor: 1e-9 },
  );
}

for (const [M, V, K] of [
  [1, 1, 1],
  [5, 3, 3],
  [7, 13, 4],
  [6, 100, 0],
  [40, 1003, 5],
]) {
  agrees(`ranks and the ${K} highest of ${M} rows of ${V} logits, equal ones among them`, (on, make) => {
    const [xs, ts] = [make.tensor([M, V]), make.ids([1, M], V)];
    // Quarters are the same in both precisions, and many are equal.
    xs.set(xs.values().map((x) => Math.round(4 * x) / 4));
    if (M > 2) ts.view()[2] = -1;
    const ranks = on.arena.tensor([M], 'int32');
    const top = K > 0 ? on.arena.tensor([M, K], 'int32') : null;
    on.rankRows({ ranks, top }, xs, ts, -1);
    return { ranks, ...(top && { top }) };
  });
}

onEachBackend((backend) => {
  test('the loss has the same bits with and without a gradient, also in place', () => {
    const make = new RandomTensors(backend);
    const [xs, ts, losses] = [make.tensor([6, 37], 4), make.ids([2, 3], 37), make.tensor([6])];
    const totals = [null, make.tensor([6, 37]), xs].map((dxs) => {
      const total = backend.arena.tensor([3], 'float64');
      backend.countTargets(total, ts, 37, -1);
      backend.softmaxWithLoss({ losses, total, dxs, sums: null }, xs, null, ts, -1);
      return total.item();
    });
    expect(new Set(totals).size).toBe(1);
  });

  test('logits of ±1e4 give a finite loss, and a NaN logit gives a loss of NaN', () => {
    const make = new RandomTensors(backend);
    const [ts, losses] = [make.ids([1, 1], 3).set([1]), make.tensor([1])];
    const loss = (scores: number[]) => {
      const total = backend.arena.tensor([3], 'float64');
      backend.countTargets(total, ts, 3, -1);
      const out = { losses, total, dxs: null, sums: null };
      backend.softmaxWithLoss(out, make.tensor([1, 3]).set(scores), null, ts, -1);
      return total.item();
    };
    expect(loss([1e4, -1e4, 0])).toBe(2e4);
    expect(loss([Number.NaN, 1, 0])).toBeNaN();
    expect(loss([0, 1, Number.NaN])).toBeNaN();
  });

  test('a logit of −∞ has probability 0, and a row without a finite maximum is NaN', () => {
    const shares = (...scores: number[]) => {
      const xs = new RandomTensors(backend).tensor([1, scores.length]).set(scores);
      backend.softmax(xs, xs);
      return [...xs.values()];
    };
    const [none, e] = [Number.NEGATIVE_INFINITY, 1 / (1 + Math.exp(-1))];
    expect(shares(none, 1e4, none, none, none)).toEqual([0, 1, 0, 0, 0]);
    expect(shares(none, 2, 1)[1]).toBeCloseTo(e, 6);
    for (const bad of [none, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(shares(none, bad, none, none, bad)).toEqual(new Array(5).fill(Number.NaN));
    }
    expect(shares(0, Number.NaN, 0)).toEqual([Number.NaN, Number.NaN, Number.NaN]);
  });
});
