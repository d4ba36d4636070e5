import { describe, expect, test } from 'vitest';
import { openBackend } from '../../src/backends/open.ts';
import { TimeAffine } from '../../src/layers/time/affine.ts';
import { fastBackends } from '../support/backends.ts';
import { dot, expectClose, expectGradient, RandomTensors } from '../support/tensors.ts';

const reference = await openBackend('reference');
const [N, T, H, V] = [3, 4, 5, 7];

const setUp = (backend = reference) => {
  const make = new RandomTensors(backend, 3);
  const [W, b] = [make.param('affine.W', [H, V]), make.param('affine.b', [V])];
  const layer = new TimeAffine(backend, W, b);
  return { make, W, b, layer, xs: make.sequence([N, T, H]), dout: make.sequence([N, T, V]) };
};

describe('TimeAffine', () => {
  test('computes x·W + b at each step of each stream', () => {
    const { W, b, layer, xs } = setUp();
    const out = layer.forward(xs);
    const [ys, x, w, bias] = [out.values(), xs.values(), W.value.values(), b.value.values()];
    expect(out.shape).toEqual([N, T, V]);
    ys.forEach((y, i) => {
      const [row, v] = [Math.floor(i / V), i % V];
      let sum = bias[v];
      for (let h = 0; h < H; h++) sum += x[row * H + h] * w[h * V + v];
      expect(y).toBeCloseTo(sum, 12);
    });
  });

  test('has the numeric gradients of W, b and xs', () => {
    const { W, b, layer, xs, dout } = setUp();
    const loss = () => dot(layer.forward(xs), dout);
    loss();
    const dxs = layer.backward(dout);
    expectGradient('W', W.grad, loss, W.value);
    expectGradient('b', b.grad, loss, b.value);
    expectGradient('xs', dxs, loss, xs);
  });

  test('a second backward gives the same gradients and allocates nothing', () => {
    const { W, b, layer, xs, dout } = setUp();
    layer.forward(xs);
    const grads = () => [layer.backward(dout), W.grad, b.grad].map((tensor) => tensor.values());
    const once = grads();
    const used = reference.arena.bytesUsed;
    expect(grads()).toEqual(once);
    layer.forward(xs);
    expect(reference.arena.bytesUsed).toBe(used);
  });

  test('refuses incompatible shapes, and names both', () => {
    const { make, layer, xs, dout } = setUp();
    expect(() => layer.backward(dout)).toThrow('TimeAffine: backward came before forward');
    expect(() => layer.forward(make.sequence([N, T, 9]))).toThrow(
      'TimeAffine: xs is (3, 4, 9), W is (5, 7); the last size of xs must be 5.',
    );
    expect(() => layer.forward(make.tensor([N, T, H]))).toThrow('xs must be a sequence (N, T, D)');
    layer.forward(xs);
    expect(() => layer.backward(make.sequence([N, T, H]))).toThrow(
      'TimeAffine: dout is (3, 4, 5); it must be (N, T, V) = (3, 4, 7).',
    );
  });

  test('gives the same results with a transposed W', () => {
    const { make, W, b, layer, xs, dout } = setUp();
    const table = make.param('embedding.W', [V, H]);
    reference.transpose(table.value, W.value);
    const tied = new TimeAffine(reference, table, b, { transposed: true });
    const [out, dxs, db] = [layer.forward(xs), layer.backward(dout), b.grad.values()];
    expectClose('out', tied.forward(xs), out, 1e-14);
    expectClose('dxs', tied.backward(dout), dxs, 1e-14);
    const dW = make.tensor([H, V]);
    reference.transpose(dW, table.grad);
    expectClose('dW', dW, W.grad, 1e-14);
    expect(b.grad.values()).toEqual(db);
    expect(() => tied.forward(make.sequence([N, T, 9]))).toThrow(
      'TimeAffine: xs is (3, 4, 9), W is (7, 5); the last size of xs must be 5.',
    );
  });

  for (const backend of fastBackends) {
    test(`agrees with the reference on ${backend.description}`, () => {
      const [fast, exact] = [backend, reference].map((on) => {
        const { W, b, layer, xs, dout } = setUp(on);
        return [layer.forward(xs), layer.backward(dout), W.grad, b.grad];
      });
      fast.forEach((tensor, i) => expectClose(`result ${i}`, tensor, exact[i]));
    });
  }
});
