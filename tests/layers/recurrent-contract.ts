import { describe, expect, test } from 'vitest';
import type { Backend } from '../../src/backends/backend.ts';
import { openBackend } from '../../src/backends/open.ts';
import type { MemoryCell } from '../../src/layers/cells/lstm.ts';
import type { Param, RecurrentLayer } from '../../src/layers/layer.ts';
import { formatShape } from '../../src/tensor/shape.ts';
import type { Tensor } from '../../src/tensor/tensor.ts';
import { fastBackends } from '../support/backends.ts';
import { dot, expectClose, expectGradient, expectNumbers, RandomTensors } from '../support/tensors.ts';

export interface Subject {
  name: string;
  /** The states that the layer carries: h, and of an LSTM c. */
  states: readonly ('h' | 'c')[];
  params(make: RandomTensors, D: number, H: number): Param[];
  layer(backend: Backend, params: readonly Param[], stateful: boolean): RecurrentLayer;
  /** hs (N, T, H), number by number from the formula: the naive forward. One start (N, H) for each state. */
  naive(xs: number[][][], starts: readonly number[][][], params: readonly Param[]): number[][][];
  /** One step of the same. */
  cell(backend: Backend, params: readonly Param[]): Cell;
}

/** A one-step cell whose states are a list: h, and of an LSTM c. */
export interface Cell {
  forward(x: Tensor, states: readonly Tensor[]): Tensor[];
  backward(dstates: readonly Tensor[]): { dx: Tensor; dstates: Tensor[] };
}

/** A cell with a c, in that form. */
export function cellOf(cell: MemoryCell): Cell {
  return {
    forward: (x, [hBefore, cBefore]) => {
      const { h, c } = cell.forward(x, hBefore, cBefore);
      return [h, c];
    },
    backward: ([dh, dc]) => {
      const { dx, dhPrev, dcPrev } = cell.backward(dh, dc);
      return { dx, dstates: [dhPrev, dcPrev] };
    },
  };
}

const [N, D, H] = [3, 5, 4];

/** The promises that every recurrent layer keeps, on the float64 reference and on each fast backend. */
export async function describeRecurrentLayer(subject: Subject): Promise<void> {
  const reference = await openBackend('reference');
  const setUp = (backend: Backend = reference, T = 6, stateful = true, width = [D, H]) => {
    const make = new RandomTensors(backend, 7);
    const params = subject.params(make, width[0], width[1]);
    const layer = subject.layer(backend, params, stateful);
    const xs = make.sequence([N, T, width[0]]);
    const starts = subject.states.map(() => make.tensor([N, width[1]]));
    const dhs = make.sequence([N, T, width[1]]);
    const forward = () => {
      layer.setState(starts[0], starts[1]);
      return layer.forward(xs);
    };
    return { make, params, layer, xs, starts, dhs, forward };
  };

  describe(subject.name, () => {
    test('equals the formula', () => {
      const { params, xs, starts, forward } = setUp();
      const expected = subject.naive(nested(xs), starts.map(nested<number[][]>), params).flat(2);
      expectNumbers('hs', forward().values(), expected, 1e-12);
    });

    test('has the numeric gradients of its parameters, of xs and of the initial state', () => {
      const { params, layer, xs, starts, dhs, forward } = setUp();
      const loss = () => dot(forward(), dhs);
      loss();
      const dxs = layer.backward(dhs);
      for (const { name, value, grad } of params) expectGradient(name, grad, loss, value);
      expectGradient('xs', dxs, loss, xs);
      subject.states.forEach((name, i) => {
        expectGradient(name, layer[`d${name}` as const] as Tensor, loss, starts[i]);
      });
    });

    test('gives exactly the same for T=12 as for three blocks of 4', () => {
      const { make, params, layer, xs, forward } = setUp(reference, 12);
      const whole = forward().values();
      const blocks = subject.layer(reference, params, true);
      const { starts } = setUp(reference, 12);
      blocks.setState(starts[0], starts[1]);
      for (let block = 0; block < 3; block++) {
        const part = make.sequence([N, 4, D]);
        for (let t = 0; t < 4; t++) reference.copy(part.step(t), xs.step(4 * block + t));
        const hs = blocks.forward(part).values();
        const same = hs.map((_, i) => {
          const [n, t, d] = [Math.floor(i / (4 * H)), Math.floor(i / H) % 4, i % H];
          return whole[(n * 12 + 4 * block + t) * H + d];
        });
        expect(hs).toEqual(same);
      }
      for (const name of subject.states) expect(blocks[name]?.values()).toEqual(layer[name]?.values());
    });

    test('agrees with a chain of one-step cells, forward and backward', () => {
      const { params, layer, xs, starts, dhs, forward } = setUp();
      const hs = forward();
      const dxs = layer.backward(dhs);
      const whole = params.map(({ grad }) => grad.values());
      const dstarts = subject.states.map((name) => (layer[`d${name}` as const] as Tensor).values());
      const cells = Array.from({ length: 6 }, () => subject.cell(reference, params));
      const chain = runChain(cells, reference, params, xs, starts, dhs);
      chain.hs.forEach((h, t) => expectClose('h', hs.step(t), h, 1e-14));
      chain.dxs.forEach((dx, t) => expectClose('dx', dxs.step(t), dx, 1e-14));
      chain.grads.forEach((grad, i) => expectNumbers(params[i].name, whole[i], grad, 1e-12));
      chain.dstarts.forEach((dstart, i) => expectNumbers('dstart', dstarts[i], dstart.values(), 1e-12));
    });

    test('a second backward gives the same gradients', () => {
      const { params, layer, dhs, forward } = setUp();
      forward();
      const grads = () => [layer.backward(dhs).values(), ...params.map(({ grad }) => grad.values())];
      expect(grads()).toEqual(grads());
    });

    test('treats the carried state as a constant: no gradient crosses blocks', () => {
      const { params, layer, xs, dhs, forward } = setUp();
      forward();
      layer.forward(xs); // a second block, which starts from the state of the first
      const carried = setUp();
      carried.forward();
      const states = subject.states.map((name) => (carried.layer[name] as Tensor).values());
      layer.backward(dhs);
      const grads = params.map(({ grad }) => grad.values());
      carried.starts.forEach((start, i) => start.set(states[i]));
      carried.forward();
      carried.layer.backward(carried.dhs);
      carried.params.forEach(({ grad }, i) => expect(grads[i]).toEqual(grad.values()));
    });

    test('starts from the zero state unless stateful, and after resetState', () => {
      const stateless = setUp(reference, 6, false);
      const first = stateless.layer.forward(stateless.xs).values();
      expect(stateless.layer.forward(stateless.xs).values()).toEqual(first);
      const stateful = setUp(reference, 6, true);
      expect(stateful.layer.forward(stateful.xs).values()).toEqual(first);
      expect(stateful.layer.forward(stateful.xs).values()).not.toEqual(first);
      stateful.layer.resetState();
      expect(stateful.layer.forward(stateful.xs).values()).toEqual(first);
    });

    test('refuses a state of another batch size, and names both', () => {
      const { layer, make, forward } = setUp();
      forward();
      expect(() => layer.forward(make.sequence([N + 1, 6, D]))).toThrow(
        /has N=3 streams, xs has N=4;.*resetState/,
      );
    });

    test('refuses xs of the wrong width and tensors that are not sequences', () => {
      const { layer, make } = setUp();
      const name = subject.name;
      expect(() => layer.forward(make.sequence([N, 2, 9]))).toThrow(
        `${name}: xs is (3, 2, 9), Wx is (5, ${layer.params[0].value.shape[1]}); the last size of xs must be 5.`,
      );
      expect(() => layer.forward(make.tensor([N, 2, D]))).toThrow('xs must be a sequence (N, T, D)');
      expect(() => layer.setState(make.tensor([N, 9]))).toThrow(
        `${name}: h is (3, 9); it must be (N, H) = (3, 4).`,
      );
      if (!subject.states.includes('c')) return;
      expect(() => layer.setState(null, make.tensor([N, 9]))).toThrow(
        `${name}: c is (3, 9); it must be (N, H) = (3, 4).`,
      );
    });

    test('refuses weights of inconsistent shapes, and a gradient with another shape than hs', () => {
      const { layer, make, params, forward } = setUp();
      const [Wx, second, ...others] = params; // Wh where there is one, else b
      const { name, value } = second;
      const wrong = make.param(name, [value.shape[0] + 1, ...value.shape.slice(1)]);
      expect(() => subject.layer(reference, [Wx, wrong, ...others], true)).toThrow(
        `${subject.name}: ${name} is ${formatShape(wrong.value.shape)}; it must be`,
      );
      expect(() => layer.backward(make.sequence([N, 6, H]))).toThrow('backward came before forward');
      forward();
      expect(() => layer.backward(make.sequence([N, 5, H]))).toThrow(
        `${subject.name}: dhs is (3, 5, 4); it must be (N, T, H) = (3, 6, 4).`,
      );
    });

    test('allocates nothing in a second step of the same size', () => {
      const { layer, dhs, forward } = setUp();
      forward();
      layer.backward(dhs);
      const used = reference.arena.bytesUsed;
      forward();
      layer.backward(dhs);
      expect(reference.arena.bytesUsed).toBe(used);
    });

    for (const backend of fastBackends) {
      test.each([
        [5, 4],
        [1, 1],
        [7, 13],
        [100, 100],
      ])(`agrees with the reference on ${backend.description}, D=%i, H=%i`, (width, height) => {
        const [fast, exact] = [backend, reference].map((on) => {
          const made = setUp(on, 6, true, [width, height]);
          const hs = made.forward();
          const dxs = made.layer.backward(made.dhs);
          const dstarts = subject.states.map((name) => made.layer[`d${name}` as const] as Tensor);
          return [hs, dxs, ...dstarts, ...made.params.map(({ grad }) => grad)];
        });
        // Sums of hundreds of float32 products: a few of their last bits differ.
        fast.forEach((tensor, i) => expectClose(`result ${i}`, tensor, exact[i], 3e-6, 8e-6));
      });
    }
  });
}

/** The cells one after the other, and their backward chain in reverse; gradients are summed over the steps. */
function runChain(
  cells: readonly Cell[],
  backend: Backend,
  params: readonly Param[],
  xs: Tensor,
  starts: readonly Tensor[],
  dhs: Tensor,
): { hs: Tensor[]; dxs: Tensor[]; dstarts: readonly Tensor[]; grads: Float64Array[] } {
  const hs: Tensor[] = [];
  let states = starts;
  cells.forEach((cell, t) => {
    states = cell.forward(xs.step(t), states);
    hs.push(states[0]);
  });
  const grads = params.map(({ value }) => new Float64Array(value.size));
  const dxs: Tensor[] = [];
  // What arrives at step t from step t + 1.
  const dstates = starts.map(({ shape }) => backend.arena.tensor(shape));
  for (let t = cells.length - 1; t >= 0; t--) {
    backend.addScaled(dstates[0], 1, dhs.step(t));
    const { dx, dstates: before } = cells[t].backward(dstates);
    dxs[t] = dx;
    dstates.forEach((d, i) => backend.copy(d, before[i]));
    params.forEach(({ grad }, i) => grad.values().forEach((g, j) => (grads[i][j] += g)));
  }
  return { hs, dxs, dstarts: dstates, grads };
}

/** The numbers of a tensor as nested arrays, in the order of its shape. */
function nested<Depth>(tensor: Tensor): Depth {
  const values = [...tensor.values()];
  const fold = (axis: number, from: number): unknown => {
    const below = tensor.shape.slice(axis + 1).reduce((a, b) => a * b, 1);
    return Array.from({ length: tensor.shape[axis] }, (_, i) =>
      axis === tensor.shape.length - 1 ? values[from + i] : fold(axis + 1, from + i * below),
    );
  };
  return fold(0, 0) as Depth;
}
