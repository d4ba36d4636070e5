import { describe, expect, test } from 'vitest';
import { openBackend } from '../../../src/backends/open.ts';
import { WeightDrop } from '../../../src/layers/regularisation/weight-drop.ts';
import { TimeRNN } from '../../../src/layers/time/rnn.ts';
import { MaskSource } from '../../../src/tensor/mask-source.ts';
import { fastBackends } from '../../support/backends.ts';
import { dot, expectClose, expectGradient, RandomTensors } from '../../support/tensors.ts';

const reference = await openBackend('reference');

const setUp = ({ on = reference, rate = 0.5, sizes = [3, 4, 5, 6] } = {}) => {
  const [N, T, D, H] = sizes;
  const make = new RandomTensors(on, 3);
  const masks = new MaskSource(9);
  const [Wx, Wh, b] = [make.param('Wx', [D, H]), make.param('Wh', [H, H]), make.param('b', [H])];
  const drop = new WeightDrop(on, masks, Wh, { rate });
  const rnn = new TimeRNN(on, Wx, drop.dropped, b);
  const [xs, dhs] = [make.sequence([N, T, D]), make.sequence([N, T, H])];
  const forward = () => {
    drop.forward();
    return rnn.forward(xs);
  };
  const backward = () => {
    const dxs = rnn.backward(dhs);
    drop.backward();
    return dxs;
  };
  return { make, masks, Wx, Wh, b, drop, rnn, xs, dhs, forward, backward };
};

describe('WeightDrop on the Wh of a TimeRNN', () => {
  test('has the numeric gradients of the weight itself, of the other weights and of xs', () => {
    const { Wx, Wh, b, xs, dhs, forward, backward } = setUp();
    forward();
    const dxs = backward();
    const loss = () => dot(forward(), dhs);
    for (const { name, grad, value } of [Wx, Wh, b]) expectGradient(name, grad, loss, value);
    expectGradient('xs', dxs, loss, xs);
  });

  test('equals an RNN with a weight whose elements are 0 or divided by 1 − rate', () => {
    const on = setUp();
    const hs = on.forward().values();
    const [masked, weight] = [on.drop.dropped.value.values(), on.Wh.value.values()];
    const gone = masked.filter((w) => w === 0).length;
    expect(gone).toBeGreaterThan(0);
    expect(gone).toBeLessThan(masked.length);
    masked.forEach((w, i) => w !== 0 && expect(w).toBe(2 * weight[i]));
    on.backward();
    on.Wh.grad.values().forEach((g, i) => expect(g === 0).toBe(masked[i] === 0));
    const plain = new TimeRNN(reference, on.Wx, on.make.param('Wh', [6, 6]), on.b);
    plain.params[1].value.set(masked);
    expect(plain.forward(on.xs).values()).toEqual(hs);
  });

  test('uses one mask per block and a new one in the next; the weight is unchanged', () => {
    const { masks, Wh, drop } = setUp();
    const weight = Wh.value.values();
    const draw = () => {
      drop.forward();
      return drop.dropped.value.values();
    };
    const first = draw();
    expect(draw()).toEqual(first);
    masks.next();
    expect(draw()).not.toEqual(first);
    expect(Wh.value.values()).toEqual(weight);
  });

  test('uses the updated weight', () => {
    const { Wh, drop } = setUp();
    drop.forward();
    const before = drop.dropped.value.values();
    reference.scale(Wh.value, 3);
    drop.forward();
    drop.dropped.value.values().forEach((w, i) => expect(w).toBeCloseTo(3 * before[i], 14));
  });

  test('a second backward gives the same gradient, with the mask of the last forward', () => {
    const { masks, Wh, drop, forward, backward } = setUp();
    forward();
    backward();
    const once = Wh.grad.values();
    masks.next();
    backward();
    expect(Wh.grad.values()).toEqual(once);
    drop.backward();
    expect(Wh.grad.values()).toEqual(once);
  });

  test('is the weight itself at rate 0 and in evaluation, with the same bits', () => {
    const run = (on: ReturnType<typeof setUp>, training: boolean) => {
      on.masks.training = training;
      const hs = on.forward().values();
      on.backward();
      return [hs, on.Wh.grad.values()];
    };
    const on = setUp();
    const plain = new TimeRNN(reference, on.Wx, on.Wh, on.b);
    const hs = plain.forward(on.xs).values();
    plain.backward(on.dhs);
    const expected = [hs, on.Wh.grad.values()];
    expect(run(setUp({ rate: 0 }), true)).toEqual(expected);
    expect(run(setUp(), true)).not.toEqual(expected);
    expect(run(setUp(), false)).toEqual(expected);
  });

  test('allocates nothing in a second step', () => {
    const { masks, forward, backward } = setUp();
    forward();
    backward();
    const used = reference.arena.bytesUsed;
    masks.next();
    forward();
    backward();
    expect(reference.arena.bytesUsed).toBe(used);
  });

  test('refuses rates outside [0, 1)', () => {
    expect(() => setUp({ rate: -1 })).toThrow(
      'WeightDrop: the dropout rate is -1; it must be at least 0 and below 1',
    );
  });

  for (const backend of fastBackends) {
    test(`agrees with the reference on ${backend.description}`, () => {
      const [fast, exact] = [backend, reference].map((on) => {
        const { Wh, forward, backward } = setUp({ on, sizes: [2, 3, 5, 181] });
        return [forward(), backward(), Wh.grad];
      });
      fast.forEach((tensor, i) => expectClose(`result ${i}`, tensor, exact[i], 2e-6, 5e-6));
    });
  }
});
