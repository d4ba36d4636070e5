import { RNN } from '../../src/layers/cells/rnn.ts';
import type { Param } from '../../src/layers/layer.ts';
import { TimeRNN } from '../../src/layers/time/rnn.ts';
import { describeRecurrentLayer } from './recurrent-contract.ts';

for (const activation of ['tanh', 'relu'] as const) {
  await describeRecurrentLayer({
    name: 'TimeRNN',
    states: ['h'],
    params: (make, D, H) => [make.param('Wx', [D, H]), make.param('Wh', [H, H]), make.param('b', [H])],
    layer: (backend, [Wx, Wh, b], stateful) => new TimeRNN(backend, Wx, Wh, b, { stateful, activation }),
    naive: (xs, [h0], params) =>
      naive(xs, h0, params, activation === 'tanh' ? Math.tanh : (t) => Math.max(0, t)),
    cell: (backend, [Wx, Wh, b]) => {
      const cell = new RNN(backend, Wx, Wh, b, { activation });
      return {
        forward: (x, [h]) => [cell.forward(x, h)],
        backward: ([dh]) => {
          const { dx, dhPrev } = cell.backward(dh);
          return { dx, dstates: [dhPrev] };
        },
      };
    },
  });
}

/** h_j = tanh(b_j + Σ_i x_i·Wx_ij + Σ_k h₋_k·Wh_kj) */
function naive(
  xs: number[][][],
  h0: number[][],
  [Wx, Wh, b]: readonly Param[],
  activation: (t: number) => number,
): number[][][] {
  const [H, wx, wh, bias] = [b.value.size, Wx.value.values(), Wh.value.values(), b.value.values()];
  return xs.map((stream, n) => {
    let before = h0[n];
    return stream.map((x) => {
      before = Array.from(bias, (start, j) => {
        const fromInput = x.reduce((sum, xi, i) => sum + xi * wx[i * H + j], 0);
        return activation(before.reduce((sum, hk, k) => sum + hk * wh[k * H + j], start + fromInput));
      });
      return before;
    });
  });
}
