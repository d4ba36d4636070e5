import { expect, test } from 'vitest';
import { openBackend } from '../../src/backends/open.ts';
import { CIFG } from '../../src/layers/cells/cifg.ts';
import type { Param, RecurrentLayer } from '../../src/layers/layer.ts';
import { TimeCIFG } from '../../src/layers/time/cifg.ts';
import { TimeLSTM } from '../../src/layers/time/lstm.ts';
import { cells } from '../../src/models/cells.ts';
import type { Tensor } from '../../src/tensor/tensor.ts';
import { RandomTensors } from '../support/tensors.ts';
import { sigmoid, sumOf } from './naive-gates.ts';
import { cellOf, describeRecurrentLayer } from './recurrent-contract.ts';

const paramsOf = (make: RandomTensors, D: number, H: number): Param[] => [
  make.param('Wx', [D, 3 * H]),
  make.param('Wh', [H, 3 * H]),
  make.param('b', [3 * H], 0.5),
];

await describeRecurrentLayer({
  name: 'TimeCIFG',
  states: ['h', 'c'],
  params: paramsOf,
  layer: (backend, [Wx, Wh, b], stateful) => new TimeCIFG(backend, Wx, Wh, b, { stateful }),
  naive,
  cell: (backend, [Wx, Wh, b]) => cellOf(new CIFG(backend, Wx, Wh, b)),
});

/** c_j = f_j·c₋_j + (1 − f_j)·g_j and h_j = o_j·tanh c_j, gate by gate. */
function naive(
  xs: number[][][],
  [h0, c0]: readonly number[][][],
  [Wx, Wh, b]: readonly Param[],
): number[][][] {
  const [H, bias] = [Wh.value.shape[0], b.value.values()];
  return xs.map((stream, n) => {
    let [h, c] = [h0[n], c0[n]];
    return stream.map((x) => {
      const before = h;
      const sum = (gate: number, j: number) => {
        const column = gate * H + j;
        return sumOf(before, Wh.value, column, sumOf(x, Wx.value, column, bias[column]));
      };
      c = c.map((cj, j) => {
        const f = sigmoid(sum(0, j));
        return f * cj + (1 - f) * Math.tanh(sum(1, j));
      });
      h = c.map((cj, j) => sigmoid(sum(2, j)) * Math.tanh(cj));
      return h;
    });
  });
}

// PyTorch has no such cell, but its LSTM agrees with ours (gates-golden.test.ts), and ours with this one.
test('equals an LSTM whose input gate has the negated weights of the forget gate', async () => {
  const backend = await openBackend('reference');
  const [N, T, D, H] = [3, 5, 4, 6];
  const make = new RandomTensors(backend, 3);
  const coupled = paramsOf(make, D, H);
  const blocks = cells.lstm.gates.map((gate) => {
    const block = cells['lstm-cifg'].pytorch?.[cells.lstm.pytorch?.indexOf(gate) ?? -1] ?? '';
    return {
      from: cells['lstm-cifg'].gates.indexOf(block.replace('-', '')),
      sign: block.startsWith('-') ? -1 : 1,
    };
  });
  const free = coupled.map(({ name, value }) => {
    const [rows, columns] = value.shape.length === 2 ? value.shape : [1, value.size];
    const param = make.param(name, value.shape.length === 2 ? [rows, 4 * H] : [4 * H]);
    const numbers = value.values();
    const spread = Array.from({ length: rows }, (_, row) =>
      blocks.flatMap(({ from, sign }) =>
        Array.from({ length: H }, (_, j) => sign * numbers[row * columns + from * H + j]),
      ),
    );
    param.value.set(spread.flat());
    return param;
  });
  const [xs, dhs] = [make.sequence([N, T, D]), make.sequence([N, T, H])];
  const starts = [make.tensor([N, H]), make.tensor([N, H])];
  const run = (layer: RecurrentLayer): Tensor[] => {
    layer.setState(starts[0], starts[1]);
    const hs = layer.forward(xs);
    return [hs, layer.backward(dhs), layer.c as Tensor, layer.dh as Tensor, layer.dc as Tensor];
  };
  const [Wx, Wh, b] = coupled;
  const [WxFree, WhFree, bFree] = free;
  const ours = run(new TimeCIFG(backend, Wx, Wh, b, { stateful: true }));
  const theirs = run(new TimeLSTM(backend, WxFree, WhFree, bFree, { stateful: true }));
  ours.forEach((tensor, i) => {
    const expected = theirs[i].values();
    tensor.values().forEach((x, j) => expect(x).toBeCloseTo(expected[j], 12));
  });
  // A weight that stands twice has the sum of both gradients, each with its sign.
  coupled.forEach(({ grad }, i) => {
    const [gradient, whole] = [grad.values(), free[i].grad.values()];
    gradient.forEach((d, at) => {
      const [row, gate, j] = [Math.floor(at / (3 * H)), Math.floor(at / H) % 3, at % H];
      const sum = blocks.reduce(
        (sum, { from, sign }, k) => sum + (from === gate ? sign * whole[row * 4 * H + k * H + j] : 0),
        0,
      );
      expect(d).toBeCloseTo(sum, 12);
    });
  });
});
