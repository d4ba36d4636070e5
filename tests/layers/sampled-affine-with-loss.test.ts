import { expect, test } from 'vitest';
import type { Backend } from '../../src/backends/backend.ts';
import { openBackend } from '../../src/backends/open.ts';
import { TimeAffineWithLoss } from '../../src/layers/time/affine-with-loss.ts';
import { SampledAffineWithLoss } from '../../src/layers/time/sampled-affine-with-loss.ts';
import type { BlockLoss } from '../../src/layers/time/softmax-with-loss.ts';
import type { Tensor } from '../../src/tensor/tensor.ts';
import { fastBackends } from '../support/backends.ts';
import { expectClose, expectGradient, RandomTensors, relativeError } from '../support/tensors.ts';

const [N, T, H, V, K] = [2, 5, 4, 60, 20];
const reference = await openBackend('reference');

/** The same numbers on every backend. */
function setUp(
  backend: Backend,
  { size = K, seed = (): number => 7, deviation = 1, words = V, even = false } = {},
) {
  const make = new RandomTensors(backend);
  const [W, b] = [make.param('W', [words, H], deviation), make.param('b', [words], deviation)];
  const whole = new TimeAffineWithLoss(backend, W, b, { transposed: true });
  const counts = Int32Array.from({ length: words }, (_, id) => Math.floor(1000 / (1 + id)));
  const layer = new SampledAffineWithLoss(backend, whole, { size, ...(!even && { counts }) }, seed);
  const [xs, ts] = [make.sequence([N, T, H]), make.ids([N, T], words)];
  /** Draws for the targets as they are now, and measures. */
  const forward = () => layer.forward(xs, ts, layer.draw(ts.view()));
  return { W, b, whole, layer, xs, ts, forward };
}

test('the gradients are those of the estimated loss', () => {
  const { W, b, layer, xs, ts, forward } = setUp(reference);
  ts.view()[3] = -1;
  const loss = () => forward().total.item();
  loss();
  const dxs = layer.backward();
  const [dW, db] = [W.grad.values(), b.grad.values()];
  expectGradient('dxs', dxs, loss, xs);
  loss();
  expect([W.grad.values(), b.grad.values()]).toEqual([dW, db]); // not added to what was there
  expectGradient('dW', W.grad, loss, W.value);
  loss();
  expectGradient('db', b.grad, loss, b.value);
});

test('a sample of all tokens equals the full softmax', () => {
  const { W, b, layer, whole, xs, ts, forward } = setUp(reference, { size: V });
  const numbersOf = ({ total, losses }: BlockLoss, dxs: Tensor) =>
    [total, dxs, W.grad, b.grad, losses].map((tensor) => tensor.values());
  const expected = numbersOf(whole.forward(xs, ts), whole.backward());
  const results = numbersOf(forward(), layer.backward());
  results.forEach((values, i) => {
    expect(relativeError(values, expected[i])).toBeLessThan(1e-12);
  });
});

test.each([
  ['even', true],
  ['by counts', false],
])('in the mean over the draws, each exp(loss) is that of all tokens: %s', (_, even) => {
  let seed = 0;
  const { whole, xs, ts, forward } = setUp(reference, { seed: () => seed++, deviation: 0.7, even });
  const draws = 4000;
  const expected = whole.forward(xs, ts).losses.values().map(Math.exp);
  const [sums, squares] = [new Float64Array(N * T), new Float64Array(N * T)];
  for (let i = 0; i < draws; i++) {
    forward()
      .losses.values()
      .forEach((loss, m) => {
        sums[m] += Math.exp(loss);
        squares[m] += Math.exp(loss) ** 2;
      });
  }
  sums.forEach((sum, m) => {
    const mean = sum / draws;
    const deviation = Math.sqrt((squares[m] / draws - mean ** 2) / draws);
    expect(deviation).toBeGreaterThan(0);
    expect(Math.abs(mean - expected[m])).toBeLessThan(4 * deviation);
  });
});

test('more frequent tokens are sampled more often', () => {
  let seed = 0;
  const { b, ts, forward } = setUp(reference, { seed: () => seed++ });
  const drawn = new Float64Array(V);
  for (let i = 0; i < 200; i++) {
    forward();
    b.grad.values().forEach((gradient, id) => {
      drawn[id] += Number(gradient !== 0);
    });
  }
  const others = [...drawn.keys()].filter((id) => !ts.view().includes(id));
  const mean = (ids: number[]) => ids.reduce((sum, id) => sum + drawn[id], 0) / ids.length;
  expect(mean(others.slice(0, 10))).toBeGreaterThan(2 * mean(others.slice(-10)));
  expect(Math.min(...drawn)).toBeGreaterThan(0);
});

test('a seed determines the sample', () => {
  let seed = 1;
  const { W, forward } = setUp(reference, { seed: () => seed });
  const drawn = () => {
    forward();
    return W.grad.values();
  };
  const first = drawn();
  expect(drawn()).toEqual(first);
  seed = 2;
  expect(drawn()).not.toEqual(first);
});

test('tokens outside the sample have no gradient, and every target is in the sample', () => {
  const { W, b, ts, forward } = setUp(reference);
  forward();
  const [dW, db] = [W.grad.values(), b.grad.values()];
  const moved = [...db.keys()].filter((id) => db[id] !== 0);
  expect(moved).toHaveLength(K);
  for (const id of ts.view()) expect(moved).toContain(id);
  for (const id of db.keys()) {
    const row = dW.subarray(id * H, (id + 1) * H);
    expect(row.every((x) => x !== 0)).toBe(moved.includes(id));
  }
});

test.each([2, 9, 10])('a block of at least K = %i unique targets uses the full softmax', (size) => {
  const { layer, whole, xs, ts, forward } = setUp(reference, { size });
  ts.set([...ts.view().keys()]); // ten of them
  const loss = forward().total.item();
  const dxs = layer.backward().values();
  expect(loss).toBe(whole.forward(xs, ts).total.item());
  expect(dxs).toEqual(whole.backward().values());
});

test('targets that are all ignored have no loss and no gradient', () => {
  const { W, b, layer, ts, forward } = setUp(reference);
  ts.view().fill(-1);
  expect(forward().total.item()).toBe(0);
  for (const { grad } of [W, b]) expect(grad.values().every((x) => x === 0)).toBe(true);
  expect(
    layer
      .backward()
      .values()
      .every((x) => x === 0),
  ).toBe(true);
});

test.each(fastBackends)('$name, $threads threads: agrees with the reference', (backend) => {
  const sizes = { words: 3000, size: 700 };
  const [fast, expected] = [setUp(backend, sizes), setUp(reference, sizes)];
  const [total, right] = [fast, expected].map(({ forward }) => forward().total);
  expectClose('total', total, right);
  expectClose('dxs', fast.layer.backward(), expected.layer.backward(), 1e-5);
  expectClose('dW', fast.W.grad, expected.W.grad, 1e-5);
  expectClose('db', fast.b.grad, expected.b.grad, 1e-5);
});

test('errors say what is needed', () => {
  const { W, b, ts, forward } = setUp(reference);
  ts.view()[4] = V;
  expect(() => forward()).toThrow(`has the id ${V}; ids must be 0 to ${V - 1}.`);
  for (const size of [0, 1, 2.5, Number.NaN, V + 1]) {
    expect(() => setUp(reference, { size })).toThrow(
      `SampledAffineWithLoss: K is ${size}; it must be an integer from 2 to V = ${V}.`,
    );
  }
  const whole = new TimeAffineWithLoss(reference, W, b, { transposed: true });
  for (const counts of [[1, 2], Array(V).fill(-1), Array(V).fill(Number.NaN)]) {
    expect(() => new SampledAffineWithLoss(reference, whole, { size: K, counts }, () => 1)).toThrow(
      `SampledAffineWithLoss: got ${counts.length} counts; it needs V = ${V} numbers of at least 0, one count per token.`,
    );
  }
  const make = new RandomTensors(reference);
  const untied = new TimeAffineWithLoss(reference, make.param('W', [H, V]), b);
  expect(() => new SampledAffineWithLoss(reference, untied, { size: K }, () => 1)).toThrow(
    'SampledAffineWithLoss: W is (H, V); it must be transposed, (V, H). Tie it to the embedding.',
  );
  expect(W.grad.values().every((x) => x === 0)).toBe(true);
});
