import { describe, expect, test } from 'vitest';
import type { Backend } from '../../../src/backends/backend.ts';
import { openBackend } from '../../../src/backends/open.ts';
import { ActivationPenalty } from '../../../src/layers/regularisation/activation-penalty.ts';
import { TemporalPenalty } from '../../../src/layers/regularisation/temporal-penalty.ts';
import type { Tensor } from '../../../src/tensor/tensor.ts';
import { fastBackends } from '../../support/backends.ts';
import { dot, expectClose, expectGradient, RandomTensors } from '../../support/tensors.ts';

const reference = await openBackend('reference');
const [N, T, H] = [3, 4, 5];
const kinds = [
  ['ActivationPenalty', 'alpha', (on: Backend, factor = 2) => new ActivationPenalty(on, factor)],
  ['TemporalPenalty', 'beta', (on: Backend, factor = 2) => new TemporalPenalty(on, factor)],
] as const;

/** Measures hs. → the penalty in nats */
function penaltyOf(layer: ActivationPenalty | TemporalPenalty, hs: Tensor): number {
  const sum = layer.forward(hs).item();
  if (layer instanceof ActivationPenalty) return (layer.alpha * sum) / hs.size;
  const [N, T, H] = hs.shape;
  return T === 1 ? sum : (layer.beta * sum) / (N * (T - 1) * H);
}

/** h_t of stream n, number h of it. */
const at = (hs: Float64Array, n: number, t: number, h: number) => hs[(n * T + t) * H + h];

test('ActivationPenalty is α·mean of h² over all numbers', () => {
  const hs = new RandomTensors(reference, 2).sequence([N, T, H]);
  const layer = new ActivationPenalty(reference, 2);
  const sum = hs.values().reduce((total, h) => total + h * h, 0);
  expect(penaltyOf(layer, hs)).toBeCloseTo((2 * sum) / (N * T * H), 14);
});

test('TemporalPenalty is β·mean of (h_t − h_{t−1})² over all differences', () => {
  const hs = new RandomTensors(reference, 2).sequence([N, T, H]);
  const layer = new TemporalPenalty(reference, 3);
  let sum = 0;
  for (let n = 0; n < N; n++) {
    for (let t = 1; t < T; t++) {
      for (let h = 0; h < H; h++) {
        sum += (at(hs.values(), n, t, h) - at(hs.values(), n, t - 1, h)) ** 2;
      }
    }
  }
  expect(penaltyOf(layer, hs)).toBeCloseTo((3 * sum) / (N * (T - 1) * H), 14);
});

test('TemporalPenalty of a block of one step is 0, and so is its gradient', () => {
  const make = new RandomTensors(reference, 2);
  const [hs, dhs] = [make.sequence([N, 1, H]), make.sequence([N, 1, H])];
  const layer = new TemporalPenalty(reference, 3);
  expect(penaltyOf(layer, hs)).toBe(0);
  expect(layer.backward(dhs).values()).toEqual(dhs.values());
});

test('TemporalPenalty counts a difference across a reset as 0, forward and backward', () => {
  const make = new RandomTensors(reference, 2);
  const [hs, dhs] = [make.sequence([N, T, H]), make.sequence([N, T, H])];
  const rows = [
    [1, 0, 1, 0],
    [0, 0, 0, 0],
    [0, 1, 1, 1],
  ];
  const resets = reference.arena.sequence([N, T], 'int32').set(rows);
  const layer = new TemporalPenalty(reference, 3);
  let sum = 0;
  rows.forEach((row, n) => {
    for (let t = 1; t < T; t++) {
      for (let h = 0; h < H && row[t] === 0; h++) {
        sum += (at(hs.values(), n, t, h) - at(hs.values(), n, t - 1, h)) ** 2;
      }
    }
  });
  expect(layer.forward(hs, resets).item()).toBeCloseTo(sum, 13);
  const loss = () => dot(hs, dhs) + (3 * layer.forward(hs, resets).item()) / (N * (T - 1) * H);
  expectGradient('hs', layer.backward(dhs), loss, hs);
  const other = reference.arena.sequence([N, T + 1], 'int32');
  expect(() => layer.forward(hs, other)).toThrow('TemporalPenalty: xs is (3, 4, 5), resets is int32 (3, 5)');
});

describe.each(kinds)('%s', (name, letter, make) => {
  const setUp = (on = reference) => {
    const tensors = new RandomTensors(on, 4);
    const [hs, dhs] = [tensors.sequence([N, T, H]), tensors.sequence([N, T, H])];
    return { tensors, hs, dhs, layer: make(on) };
  };

  test('has the numeric gradient of loss and penalty together', () => {
    const { layer, hs, dhs } = setUp();
    const loss = () => {
      const penalty = penaltyOf(layer, hs);
      return dot(hs, dhs) + penalty;
    };
    loss();
    expectGradient('hs', layer.backward(dhs), loss, hs);
    // Alone, where the loss doesn't hide it.
    reference.fill(dhs, 0);
    expectGradient('hs', layer.backward(dhs), loss, hs);
  });

  test('a second backward gives the same gradient, and dhs is unchanged', () => {
    const { layer, hs, dhs } = setUp();
    const before = dhs.values();
    layer.forward(hs);
    const once = layer.backward(dhs).values();
    expect(layer.backward(dhs).values()).toEqual(once);
    expect(dhs.values()).toEqual(before);
  });

  test('with factor 0 adds no penalty and returns the gradient unchanged', () => {
    const { hs, dhs } = setUp();
    const layer = make(reference, 0);
    expect(penaltyOf(layer, hs)).toBe(0);
    expect(layer.backward(dhs).values()).toEqual(dhs.values());
  });

  test('supports changes of N and T, and allocates nothing the second time', () => {
    const { tensors, layer } = setUp();
    const measure = (T: number) => {
      const hs = tensors.sequence([N, T, H]).set(Array.from({ length: N * T * H }, (_, i) => Math.sin(i)));
      const penalty = penaltyOf(layer, hs);
      layer.backward(hs);
      expect(penalty).toBe(penaltyOf(make(reference), hs));
      return hs;
    };
    measure(1);
    measure(3);
    const hs = measure(7);
    measure(2);
    const used = reference.arena.bytesUsed;
    layer.forward(hs);
    layer.backward(hs);
    expect(reference.arena.bytesUsed).toBe(used);
  });

  test('refuses invalid factors, gradients of another shape, and backward before forward', () => {
    for (const factor of [-1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => make(reference, factor)).toThrow(
        `${name}: ${letter} is ${factor}; it must be 0 or a positive number, for example 1.`,
      );
    }
    const { tensors, layer, hs, dhs } = setUp();
    expect(() => layer.backward(dhs)).toThrow(`${name}: backward came before forward`);
    layer.forward(hs);
    expect(() => layer.backward(tensors.sequence([N, T, 6]))).toThrow(
      `${name}: dhs is (3, 4, 6); it must be (N, T, H) = (3, 4, 5).`,
    );
  });

  for (const backend of fastBackends) {
    test(`agrees with the reference on ${backend.description}`, () => {
      const [fast, exact] = [backend, reference].map((on) => {
        const { layer, hs, dhs } = setUp(on);
        return { penalty: penaltyOf(layer, hs), dhs: layer.backward(dhs) };
      });
      expectClose('dhs', fast.dhs, exact.dhs);
      expect(fast.penalty).toBeCloseTo(exact.penalty, 6);
    });
  }
});
