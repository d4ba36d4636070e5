import { LSTM } from '../../src/layers/cells/lstm.ts';
import type { Param } from '../../src/layers/layer.ts';
import { TimeLSTM } from '../../src/layers/time/lstm.ts';
import { sigmoid, sumOf } from './naive-gates.ts';
import { cellOf, describeRecurrentLayer } from './recurrent-contract.ts';

await describeRecurrentLayer({
  name: 'TimeLSTM',
  states: ['h', 'c'],
  params: (make, D, H) => [
    make.param('Wx', [D, 4 * H]),
    make.param('Wh', [H, 4 * H]),
    make.param('b', [4 * H], 0.5),
  ],
  layer: (backend, [Wx, Wh, b], stateful) => new TimeLSTM(backend, Wx, Wh, b, { stateful }),
  naive,
  cell: (backend, [Wx, Wh, b]) => cellOf(new LSTM(backend, Wx, Wh, b)),
});

/** c_j = f_j·c₋_j + g_j·i_j and h_j = o_j·tanh c_j, gate by gate. */
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
      c = c.map((cj, j) => sigmoid(sum(0, j)) * cj + Math.tanh(sum(1, j)) * sigmoid(sum(2, j)));
      h = c.map((cj, j) => sigmoid(sum(3, j)) * Math.tanh(cj));
      return h;
    });
  });
}
