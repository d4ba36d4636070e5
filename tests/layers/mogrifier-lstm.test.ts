import { expect, test } from 'vitest';
import type { Backend } from '../../src/backends/backend.ts';
import { openBackend } from '../../src/backends/open.ts';
import { MogrifierLSTM } from '../../src/layers/cells/mogrifier-lstm.ts';
import type { Param, RecurrentLayer } from '../../src/layers/layer.ts';
import { TimeLSTM } from '../../src/layers/time/lstm.ts';
import { TimeMogrifierLSTM } from '../../src/layers/time/mogrifier-lstm.ts';
import type { Tensor } from '../../src/tensor/tensor.ts';
import { expectNumbers, RandomTensors } from '../support/tensors.ts';
import { modulationList, named } from './mogrifier-params.ts';
import { sigmoid, sumOf } from './naive-gates.ts';
import { cellOf, describeRecurrentLayer } from './recurrent-contract.ts';

const paramsOf = (make: RandomTensors, D: number, H: number, rounds: number, K: number): Param[] => {
  return [
    make.param('Wx', [D, 4 * H]),
    make.param('Wh', [H, 4 * H]),
    make.param('b', [4 * H], 0.5),
    ...modulationList(make, D, H, rounds, K),
  ];
};

const layerOf = (backend: Backend, params: readonly Param[], stateful: boolean): RecurrentLayer => {
  const [Wx, Wh, b, ...modulation] = params;
  return new TimeMogrifierLSTM(backend, Wx, Wh, b, named(modulation), { stateful });
};

for (const [rounds, K] of [
  [5, 2],
  [4, 3],
  [2, 1],
]) {
  await describeRecurrentLayer({
    name: 'TimeMogrifierLSTM',
    states: ['h', 'c'],
    params: (make, D, H) => paramsOf(make, D, H, rounds, K),
    layer: layerOf,
    naive: (xs, starts, params) => naive(xs, starts, params, rounds),
    cell: (backend, [Wx, Wh, b, ...modulation]) =>
      cellOf(new MogrifierLSTM(backend, Wx, Wh, b, named(modulation))),
  });
}

/** Round by round and gate by gate. */
function naive(
  xs: number[][][],
  [h0, c0]: readonly number[][][],
  [Wx, Wh, b, Qdown, Qup, Rdown, Rup]: readonly Param[],
  rounds: number,
): number[][][] {
  const [H, bias] = [Wh.value.shape[0], b.value.values()];
  return xs.map((stream, n) => {
    let [state, c] = [h0[n], c0[n]];
    return stream.map((input) => {
      let [x, h] = [input, state];
      for (let i = 1; i <= rounds; i++) {
        const j = Math.ceil(i / 2) - 1;
        if (i % 2 === 1) x = scaled(x, h, Qdown, Qup, j);
        else h = scaled(h, x, Rdown, Rup, j);
      }
      const sum = (gate: number, unit: number) => {
        const column = gate * H + unit;
        return sumOf(h, Wh.value, column, sumOf(x, Wx.value, column, bias[column]));
      };
      c = c.map((cj, unit) => sigmoid(sum(0, unit)) * cj + sigmoid(sum(2, unit)) * Math.tanh(sum(1, unit)));
      state = c.map((cj, unit) => sigmoid(sum(3, unit)) * Math.tanh(cj));
      return state;
    });
  });
}

/** 2σ(from·down·up) ⊙ y, with the blocks of round j. */
function scaled(y: number[], from: number[], down: Param, up: Param, j: number): number[] {
  const K = up.value.shape[0];
  const inner = Array.from({ length: K }, (_, k) => sumOf(from, down.value, j * K + k));
  return y.map((yi, i) => 2 * sigmoid(sumOf(inner, up.value, j * y.length + i)) * yi);
}

test('equals an LSTM while Q and R are 0, forward and backward', async () => {
  const backend = await openBackend('reference');
  const [N, T, D, H] = [3, 5, 4, 6];
  const make = new RandomTensors(backend, 3);
  const params = paramsOf(make, D, H, 5, 2);
  for (const { value } of params.slice(3)) backend.fill(value, 0);
  const [xs, dhs] = [make.sequence([N, T, D]), make.sequence([N, T, H])];
  const starts = [make.tensor([N, H]), make.tensor([N, H])];
  const run = (layer: RecurrentLayer): Float64Array[] => {
    layer.setState(starts[0], starts[1]);
    const hs = layer.forward(xs);
    const tensors = [hs, layer.backward(dhs), layer.c, layer.dh, layer.dc] as Tensor[];
    return [...tensors, ...layer.params.slice(0, 3).map(({ grad }) => grad)].map((tensor) => tensor.values());
  };
  const mogrified = run(layerOf(backend, params, true));
  const plain = run(new TimeLSTM(backend, params[0], params[1], params[2], { stateful: true }));
  mogrified.forEach((numbers, i) => expectNumbers(`result ${i}`, numbers, [...plain[i]], 1e-13));
});

test('refuses matrices whose numbers of rounds or ranks disagree, and names the shape', async () => {
  const backend = await openBackend('reference');
  const make = new RandomTensors(backend, 3);
  const refused = (index: number, shape: number[], message: string) => {
    const params = paramsOf(make, 4, 6, 5, 2);
    params[index] = make.param('wrong', shape);
    expect(() => layerOf(backend, params, true)).toThrow(message);
  };
  refused(3, [6, 5], 'TimeMogrifierLSTM: Qdown is (6, 5); it must be (H, X·K) = (6, 6).');
  refused(3, [5, 6], 'TimeMogrifierLSTM: Qdown is (5, 6); it must be (H, X·K) = (6, 6).');
  refused(4, [2, 8], 'TimeMogrifierLSTM: Qup is (2, 8); it must be (K, X·D) = (2, 12).');
  refused(5, [4, 2], 'TimeMogrifierLSTM: Rdown is (4, 2); it must be (D, Y·K) = (4, 4).');
  refused(6, [2, 18], 'TimeMogrifierLSTM: Rup is (2, 18); it must be (K, Y·H) = (2, 12).');
});
