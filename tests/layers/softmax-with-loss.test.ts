import { describe, expect, test } from 'vitest';
import { openBackend } from '../../src/backends/open.ts';
import { type LossOptions, TimeSoftmaxWithLoss } from '../../src/layers/time/softmax-with-loss.ts';
import { fastBackends } from '../support/backends.ts';
import { expectClose, expectGradient, RandomTensors } from '../support/tensors.ts';

const reference = await openBackend('reference');
const [N, T, V] = [3, 4, 6];

const setUp = (backend = reference, options: LossOptions = {}) => {
  const make = new RandomTensors(backend, 4);
  const layer = new TimeSoftmaxWithLoss(backend, options);
  return { make, layer, xs: make.sequence([N, T, V], 2), ts: make.ids([N, T], V) };
};

const ids = (backend: typeof reference, shape: [number, number], values: number[]) =>
  backend.arena.sequence(shape, 'int32').set(values);

describe('TimeSoftmaxWithLoss', () => {
  test.each([reference, ...fastBackends].map((backend) => [backend.description, backend] as const))(
    'has the check value of the chapter on %s',
    (_, backend) => {
      const layer = new TimeSoftmaxWithLoss(backend);
      const { total } = layer.forward(backend.arena.sequence([1, 3, 4]), ids(backend, [1, 3], [0, -1, 1]));
      expect(total.item()).toBeCloseTo(1.386294, 6);
      expect([...layer.backward().values()]).toEqual(
        [
          [-0.375, 0.125, 0.125, 0.125],
          [0, 0, 0, 0],
          [0.125, -0.375, 0.125, 0.125],
        ].flat(),
      );
      expect([...total.values()].slice(1)).toEqual([expect.closeTo(2 * Math.log(4), 6), 2]);
    },
  );

  test.each([reference, ...fastBackends].map((backend) => [backend.description, backend] as const))(
    'gives loss 0 and gradient 0 where all targets are ignored, on %s',
    (_, backend) => {
      const { layer, xs } = setUp(backend);
      const { total, losses } = layer.forward(xs, ids(backend, [N, T], new Array(N * T).fill(-1)));
      expect([...total.values()]).toEqual([0, 0, 0]);
      expect(layer.backward().values()).toEqual(new Float64Array(N * T * V));
      expect(losses.values()).toEqual(new Float64Array(N * T));
    },
  );

  test('is the mean of −log softmax(x)[t] over the targets that are not ignored', () => {
    const { layer, xs, ts } = setUp();
    ts.set(ts.values().with(2, -1).with(7, -1));
    const [scores, targets] = [xs.values(), ts.values()];
    const losses = Array.from(targets, (t, i) => {
      const row = scores.subarray(i * V, (i + 1) * V);
      return t < 0 ? 0 : -Math.log(Math.exp(row[t]) / row.reduce((sum, x) => sum + Math.exp(x), 0));
    });
    const sum = losses.reduce((a, b) => a + b);
    const found = layer.forward(xs, ts);
    const total = found.total.values();
    expect(total[0]).toBeCloseTo(sum / (N * T - 2), 12);
    expect(total[1]).toBeCloseTo(sum, 12);
    expect(total[2]).toBe(N * T - 2);
    found.losses.values().forEach((loss, i) => expect(loss).toBeCloseTo(losses[i], 12));
  });

  test('has the numeric gradient of xs, with and without ignored targets', () => {
    for (const ignored of [[], [0, 5, 11]]) {
      const { layer, xs, ts } = setUp();
      ts.set(ts.values().map((t, i) => (ignored.includes(i) ? -1 : t)));
      const loss = () => layer.forward(xs, ts).total.item();
      loss();
      expectGradient('xs', reference.arena.sequence(xs.shape).set(layer.backward().values()), loss, xs);
    }
  });

  test('ignores only the given label', () => {
    const { layer, xs, ts } = setUp(reference, { ignoreLabel: 2 });
    ts.set([2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 0]);
    expect(layer.forward(xs, ts).total.values()[2]).toBe(1);
    expect(() => layer.forward(xs, ts.set(new Array(N * T).fill(-1)))).toThrow(
      'the id -1; ids must be 0 to 5',
    );
  });

  test('has the same loss without a gradient, and backward is then refused', () => {
    const { layer, xs, ts } = setUp();
    const loss = layer.forward(xs, ts).total.item();
    expect(layer.forward(xs, ts, false).total.item()).toBe(loss);
    expect(() => layer.backward()).toThrow('TimeSoftmaxWithLoss: backward needs a gradient; call forward');
  });

  test('refuses targets of another N or T, or of another type', () => {
    const { make, layer, xs } = setUp();
    expect(() => layer.forward(xs, make.ids([T, N], V))).toThrow(
      'TimeSoftmaxWithLoss: xs is (3, 4, 6), ts is int32 (4, 3); ts must be a sequence of int32 labels (N, T)',
    );
    expect(() => layer.forward(xs, make.sequence([N, T]))).toThrow('ts is float64 (3, 4)');
  });

  for (const backend of fastBackends) {
    test(`agrees with the reference on ${backend.description}`, () => {
      const [fast, exact] = [backend, reference].map((on) => {
        const { layer, xs, ts } = setUp(on);
        const { total, losses } = layer.forward(xs, ts);
        return [total, layer.backward(), losses];
      });
      fast.forEach((tensor, i) => expectClose(`result ${i}`, tensor, exact[i]));
    });
  }
});
