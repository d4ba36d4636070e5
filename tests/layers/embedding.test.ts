import { describe, expect, test } from 'vitest';
import { openBackend } from '../../src/backends/open.ts';
import { TimeEmbedding } from '../../src/layers/time/embedding.ts';
import type { Tensor } from '../../src/tensor/tensor.ts';
import { SGD } from '../../src/training/optimizers/sgd.ts';
import { fastBackends } from '../support/backends.ts';
import { dot, expectClose, expectGradient, RandomTensors } from '../support/tensors.ts';

const reference = await openBackend('reference');
const [N, T, V, D] = [3, 4, 7, 5];

const setUp = (backend = reference) => {
  const make = new RandomTensors(backend, 2);
  const W = make.param('embedding.W', [V, D]);
  const layer = new TimeEmbedding(backend, W);
  return { make, W, layer, xs: make.ids([N, T], V), dout: make.sequence([N, T, D]) };
};

describe('TimeEmbedding', () => {
  test('looks up the row of each id', () => {
    const { W, layer, xs } = setUp();
    const out = layer.forward(xs);
    const [rows, ids, table] = [out.values(), xs.values(), W.value.values()];
    expect(out.shape).toEqual([N, T, D]);
    ids.forEach((id, i) => {
      expect(rows.subarray(i * D, (i + 1) * D)).toEqual(table.subarray(id * D, (id + 1) * D));
    });
  });

  test('has the numeric gradient of W, with repeated and missing ids', () => {
    const { W, layer, xs, dout } = setUp();
    const ids = xs.values();
    expect(new Set(ids).size).toBeLessThan(ids.length);
    xs.set(ids.map((id) => (id === 6 ? 5 : id)));
    layer.forward(xs);
    layer.backward(dout);
    expectGradient('W', W.grad, () => dot(layer.forward(xs), dout), W.value);
    expect([...W.grad.values().subarray(6 * D)]).toEqual([0, 0, 0, 0, 0]);
  });

  test('a second backward gives the same gradient', () => {
    const { W, layer, xs, dout } = setUp();
    layer.forward(xs);
    layer.backward(dout);
    const once = W.grad.values();
    layer.backward(dout);
    expect(W.grad.values()).toEqual(once);
  });

  test('allocates nothing in a second step of the same size', () => {
    const { layer, xs, dout } = setUp();
    layer.forward(xs);
    layer.backward(dout);
    const used = reference.arena.bytesUsed;
    layer.forward(xs);
    layer.backward(dout);
    expect(reference.arena.bytesUsed).toBe(used);
  });

  test('refuses tensors that are not sequences of ids, ids outside the table, and backward before forward', () => {
    const { make, layer, xs, dout } = setUp();
    expect(() => layer.backward(dout)).toThrow('TimeEmbedding: backward came before forward');
    expect(() => layer.forward(make.sequence([N, T]))).toThrow(
      'TimeEmbedding: xs is float64 (3, 4); it must be a sequence of int32 ids (N, T).',
    );
    expect(() => layer.forward(reference.arena.tensor([N, T], 'int32'))).toThrow('must be a sequence');
    expect(() => layer.forward(xs.set(new Array(N * T).fill(V)))).toThrow('the id 7; ids must be 0 to 6');
  });

  for (const backend of fastBackends) {
    test(`agrees with the reference on ${backend.description}`, () => {
      const [fast, exact] = [backend, reference].map((on) => {
        const { W, layer, xs, dout } = setUp(on);
        const out = layer.forward(xs);
        layer.backward(dout);
        return [out, W.grad];
      });
      fast.forEach((tensor, i) => expectClose(`result ${i}`, tensor, exact[i]));
    });
  }
});

test('lists the rows that occur, clears them before the next gradient, and updates only them', async () => {
  const backend = await openBackend('wasm', { threads: 1 });
  const make = new RandomTensors(backend);
  const W = make.param('W', [50, 4]);
  const layer = new TimeEmbedding(backend, W);
  const step = (ids: number[]) => {
    layer.forward(make.ids([1, ids.length], 50).set(ids));
    layer.backward(make.sequence([1, ids.length, 4]));
    return [...(W.rows as Tensor).view()];
  };
  expect(step([7, 3, 7, 9])).toEqual([7, 3, 9, -1]);
  expect(step([2, 2])).toEqual([2, -1]);
  const touched = W.grad
    .values()
    .reduce((rows, g, i) => (g === 0 ? rows : rows.add(Math.floor(i / 4))), new Set());
  expect([...touched]).toEqual([2]);
  const before = W.value.values();
  new SGD(backend, { lr: 1 }).update([W]);
  const moved = W.value
    .values()
    .reduce((rows, w, i) => (w === before[i] ? rows : rows.add(Math.floor(i / 4))), new Set());
  expect([...moved]).toEqual([2]);
});
