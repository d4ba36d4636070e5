import { expect, test } from 'vitest';
import { openBackend } from '../../src/backends/open.ts';
import { TimeAffine } from '../../src/layers/time/affine.ts';
import { TimeAffineWithLoss } from '../../src/layers/time/affine-with-loss.ts';
import { TimeSoftmaxWithLoss } from '../../src/layers/time/softmax-with-loss.ts';
import { RandomTensors, relativeError } from '../support/tensors.ts';

// V is so large that a chunk is 64 rows, and N·T = 69 are two chunks, the second a short one.
const [N, T, H, V] = [3, 23, 2, 126_000];

test.each(['wasm', 'wasm-strict'])(
  'has the numbers of TimeAffine and TimeSoftmaxWithLoss, over several chunks, on %s',
  async (name) => {
    const tolerance = 1e-6;
    const backend = await openBackend(name, { threads: 2 });
    const make = new RandomTensors(backend);
    const [W, b] = [make.param('W', [H, V]), make.param('b', [V])];
    const [xs, ts] = [make.sequence([N, T, H]), make.ids([N, T], V)];
    ts.view()[66] = -1;
    const inOne = new TimeAffineWithLoss(backend, W, b);
    const { total, losses } = inOne.forward(xs, ts);
    const loss = total.item();
    const results = [inOne.backward(), W.grad, b.grad, losses].map((tensor) => tensor.values());

    const [affine, softmax] = [new TimeAffine(backend, W, b), new TimeSoftmaxWithLoss(backend)];
    const apart = softmax.forward(affine.forward(xs), ts);
    expect(Math.abs(apart.total.item() - loss)).toBeLessThan(tolerance * loss);
    const dxs = affine.backward(softmax.backward());
    const expected = [dxs, W.grad, b.grad, apart.losses].map((tensor) => tensor.values());
    results.forEach((values, i) => {
      expect(relativeError(values, expected[i])).toBeLessThan(tolerance);
    });
    backend.close();
  },
);

test.each([
  ['wasm', false],
  ['wasm-strict', false],
  ['wasm', true],
  ['wasm-strict', true],
] as const)(
  'has their very bits where one chunk is enough, on %s, transposed: %s',
  async (name, transposed) => {
    const backend = await openBackend(name, { threads: 2 });
    const make = new RandomTensors(backend);
    const [W, b] = [make.param('W', transposed ? [43, H] : [H, 43]), make.param('b', [43])];
    const [xs, ts] = [make.sequence([N, T, H]), make.ids([N, T], 43)];
    const inOne = new TimeAffineWithLoss(backend, W, b, { transposed });
    const loss = inOne.forward(xs, ts).total.item();
    const results = [inOne.backward(), W.grad, b.grad].map((tensor) => tensor.values());
    const [affine, softmax] = [
      new TimeAffine(backend, W, b, { transposed }),
      new TimeSoftmaxWithLoss(backend),
    ];
    expect(softmax.forward(affine.forward(xs), ts).total.item()).toBe(loss);
    const dxs = affine.backward(softmax.backward());
    expect(results).toEqual([dxs, W.grad, b.grad].map((tensor) => tensor.values()));
    backend.close();
  },
);

test('stores a chunk of the logits, not all of them', async () => {
  const backend = await openBackend('wasm', { threads: 1 });
  const make = new RandomTensors(backend);
  const layer = new TimeAffineWithLoss(backend, make.param('W', [H, V]), make.param('b', [V]));
  const [xs, ts] = [make.sequence([N, T, H]), make.ids([N, T], V)];
  const before = backend.arena.bytesUsed;
  layer.forward(xs, ts);
  expect(backend.arena.bytesUsed - before).toBeLessThan(4 * 67 * V);
});

test('does not touch gradients if none are requested, and backward reports it', async () => {
  const backend = await openBackend('reference');
  const make = new RandomTensors(backend);
  const [W, b] = [make.param('W', [4, 7]), make.param('b', [7])];
  const layer = new TimeAffineWithLoss(backend, W, b);
  const [xs, ts] = [make.sequence([2, 3, 4]), make.ids([2, 3], 7)];
  const loss = layer.forward(xs, ts).total.item();
  const grad = W.grad.values();
  expect(layer.forward(xs, ts, false).total.item()).toBe(loss);
  expect(W.grad.values()).toEqual(grad);
  expect(() => layer.backward()).toThrow('TimeAffineWithLoss: backward needs a gradient; call forward');
});
