import { MinLSTM } from '../../src/layers/cells/minlstm.ts';
import type { Param } from '../../src/layers/layer.ts';
import { TimeMinLSTM } from '../../src/layers/time/minlstm.ts';
import { sigmoid, sumOf } from './naive-gates.ts';
import { describeRecurrentLayer } from './recurrent-contract.ts';

await describeRecurrentLayer({
  name: 'TimeMinLSTM',
  states: ['h'],
  params: (make, D, H) => [make.param('Wx', [D, 3 * H]), make.param('b', [3 * H], 0.5)],
  layer: (backend, [Wx, b], stateful) => new TimeMinLSTM(backend, Wx, b, { stateful }),
  naive: (xs, [h0], params) => naive(xs, h0, params),
  cell: (backend, [Wx, b]) => {
    const cell = new MinLSTM(backend, Wx, b);
    return {
      forward: (x, [h]) => [cell.forward(x, h)],
      backward: ([dh]) => {
        const { dx, dhPrev } = cell.backward(dh);
        return { dx, dstates: [dhPrev] };
      },
    };
  },
});

/** h_j = (f_j·h₋_j + i_j·ĥ_j)/(f_j + i_j), unit by unit. */
function naive(xs: number[][][], h0: number[][], [Wx, b]: readonly Param[]): number[][][] {
  const [H, bias] = [b.value.size / 3, b.value.values()];
  return xs.map((stream, n) => {
    let h = h0[n];
    return stream.map((x) => {
      const sum = (gate: number, j: number) => sumOf(x, Wx.value, gate * H + j, bias[gate * H + j]);
      h = h.map((hj, j) => {
        const [f, i] = [sigmoid(sum(0, j)), sigmoid(sum(1, j))];
        return (f * hj + i * sum(2, j)) / (f + i);
      });
      return h;
    });
  });
}
