import { describe, expect, test } from 'vitest';
import type { Backend } from '../../src/backends/backend.ts';
import { openBackend } from '../../src/backends/open.ts';
import { TimeDropout } from '../../src/layers/time/dropout.ts';
import { MaskSource } from '../../src/tensor/mask-source.ts';
import type { Tensor } from '../../src/tensor/tensor.ts';
import { fastBackends, threadCounts } from '../support/backends.ts';
import { dot, expectClose, expectGradient, RandomTensors } from '../support/tensors.ts';

const reference = await openBackend('reference');

const setUp = ({ on = reference, rate = 0.4, locked = false, shape = [3, 4, 5] } = {}) => {
  const make = new RandomTensors(on, 2);
  const masks = new MaskSource(5);
  const layer = new TimeDropout(on, masks, { rate, locked });
  return { make, masks, layer, xs: make.sequence(shape), dout: make.sequence(shape) };
};

/** In how many places two tensors differ so. */
function countWhere(a: Tensor, b: Tensor, differ: (a: number, b: number) => boolean): number {
  const bs = b.values();
  return a.values().filter((value, i) => differ(value, bs[i])).length;
}

describe.each([false, true])('TimeDropout, locked %s', (locked) => {
  test('outputs 0 or x/(1 − rate)', () => {
    const { layer, xs } = setUp({ locked });
    const [out, inputs] = [layer.forward(xs).values(), xs.values()];
    const gone = out.filter((y) => y === 0).length;
    expect(gone).toBeGreaterThan(0);
    expect(gone).toBeLessThan(out.length);
    out.forEach((y, i) => y !== 0 && expect(y).toBe(inputs[i] * (1 / (1 - 0.4))));
  });

  test('has the numeric gradient of xs', () => {
    const { layer, xs, dout } = setUp({ locked });
    layer.forward(xs);
    expectGradient('xs', layer.backward(dout), () => dot(layer.forward(xs), dout), xs);
  });

  test('backward uses the mask of the last forward, also when called twice', () => {
    const { layer, masks, xs, dout } = setUp({ locked });
    const out = layer.forward(xs).values();
    masks.next();
    const dxs = layer.backward(dout).values();
    dxs.forEach((d, i) => expect(d === 0).toBe(out[i] === 0));
    masks.training = false;
    expect(layer.backward(dout).values()).toEqual(dxs);
  });

  test('drops the given fraction, with a new mask in the next block', () => {
    const shape = [20, 10, 50];
    const { layer, masks, xs } = setUp({ locked, shape, rate: 0.3 });
    // A locked mask is N·D draws, each seen T times.
    const draws = locked ? 1000 : 10_000;
    const zeros = () =>
      layer
        .forward(xs)
        .values()
        .map((y) => (y === 0 ? 1 : 0));
    const blocks = Array.from({ length: 5 }, () => {
      masks.next();
      return zeros();
    });
    for (const block of blocks) {
      const share = block.reduce((sum, bit) => sum + bit, 0) / block.length;
      expect(Math.abs(share - 0.3)).toBeLessThan(4 * Math.sqrt((0.3 * 0.7) / draws));
    }
    expect(blocks[0]).not.toEqual(blocks[1]);
  });

  test('returns the same tensor at rate 0 and in evaluation', () => {
    const none = setUp({ locked, rate: 0 });
    expect(none.layer.forward(none.xs)).toBe(none.xs);
    expect(none.layer.backward(none.dout)).toBe(none.dout);
    const { layer, masks, xs, dout } = setUp({ locked });
    masks.training = false;
    expect(layer.forward(xs)).toBe(xs);
    expect(layer.backward(dout)).toBe(dout);
  });

  test('allocates nothing in a second step of the same size', () => {
    const { layer, xs, dout } = setUp({ locked });
    layer.forward(xs);
    layer.backward(dout);
    const used = reference.arena.bytesUsed;
    layer.forward(xs);
    layer.backward(dout);
    expect(reference.arena.bytesUsed).toBe(used);
  });

  for (const backend of fastBackends) {
    test(`agrees with the reference on ${backend.description}, mask for mask`, () => {
      const [fast, exact] = [backend, reference].map((on) => {
        const { layer, xs, dout } = setUp({ on, locked, shape: [7, 35, 123] });
        return [layer.forward(xs), layer.backward(dout)];
      });
      fast.forEach((tensor, i) => {
        expectClose(`result ${i}`, tensor, exact[i]);
        expect(countWhere(tensor, exact[i], (a, b) => (a === 0) !== (b === 0))).toBe(0);
      });
    });
  }

  test('has the same bits for any number of threads', () => {
    const bits = (on: Backend) => {
      const { layer, xs, dout } = setUp({ on, locked, shape: [9, 33, 102] });
      return [layer.forward(xs), layer.backward(dout)].map((tensor) => tensor.values());
    };
    for (const [one, several] of threadCounts) expect(bits(several)).toEqual(bits(one));
  });
});

test('a locked mask is the same at all steps and differs between streams; otherwise each step has its own', () => {
  const stepsOf = (locked: boolean) => {
    const { layer, xs } = setUp({ locked, shape: [4, 3, 40] });
    const out = layer.forward(xs);
    return [0, 1, 2].map((t) => [...out.step(t).values()].map((y) => y === 0));
  };
  const locked = stepsOf(true);
  expect(locked[1]).toEqual(locked[0]);
  expect(locked[2]).toEqual(locked[0]);
  expect(locked[0].slice(0, 40)).not.toEqual(locked[0].slice(40, 80));
  const free = stepsOf(false);
  expect(free[1]).not.toEqual(free[0]);
});

test('two layers of one model drop different elements', () => {
  const { make, masks, layer, xs } = setUp();
  const other = new TimeDropout(reference, masks, { rate: 0.4 });
  const ones = make.sequence(xs.shape).set(new Array(xs.size).fill(1));
  expect(other.forward(ones).values()).not.toEqual(layer.forward(ones).values());
});

test('TimeDropout refuses rates outside [0, 1), a tensor that is not a sequence, and backward before forward', () => {
  for (const rate of [-0.1, 1, Number.NaN]) {
    expect(() => setUp({ rate })).toThrow(
      `TimeDropout: the dropout rate is ${rate}; it must be at least 0 and below 1. Use 0.5, for example.`,
    );
  }
  const { make, layer, xs, dout } = setUp();
  expect(() => layer.backward(dout)).toThrow('TimeDropout: backward came before forward');
  expect(() => layer.forward(make.tensor([3, 4, 5]))).toThrow(
    'TimeDropout: xs is (3, 4, 5), in rows; it must',
  );
  layer.forward(xs);
  expect(() => layer.backward(make.sequence([3, 4, 6]))).toThrow(
    'TimeDropout: dout is (3, 4, 6); it must be (N, T, D) = (3, 4, 5).',
  );
});
