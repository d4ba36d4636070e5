import { GRU } from '../../src/layers/cells/gru.ts';
import type { Param } from '../../src/layers/layer.ts';
import { TimeGRU } from '../../src/layers/time/gru.ts';
import { sigmoid, sumOf } from './naive-gates.ts';
import { describeRecurrentLayer } from './recurrent-contract.ts';

for (const resetAfter of [false, true]) {
  await describeRecurrentLayer({
    name: 'TimeGRU',
    states: ['h'],
    params: (make, D, H) => [
      make.param('Wx', [D, 3 * H]),
      make.param('Wh', [H, 3 * H]),
      make.param('b', [3 * H], 0.5),
      ...(resetAfter ? [make.param('bh', [H], 0.5)] : []),
    ],
    layer: (backend, [Wx, Wh, b, bh], stateful) => new TimeGRU(backend, Wx, Wh, b, bh, { stateful }),
    naive: (xs, [h0], params) => naive(xs, h0, params),
    cell: (backend, [Wx, Wh, b, bh]) => {
      const cell = new GRU(backend, Wx, Wh, b, bh);
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

/** h_j = (1 − z_j)·h₋_j + z_j·ĥ_j, gate by gate; with bh the reset comes after the product. */
function naive(xs: number[][][], h0: number[][], [Wx, Wh, b, bh]: readonly Param[]): number[][][] {
  const [H, bias, biasOfRecall] = [Wh.value.shape[0], b.value.values(), bh?.value.values()];
  return xs.map((stream, n) => {
    let h = h0[n];
    return stream.map((x) => {
      const before = h;
      const fromInput = (gate: number, j: number) => sumOf(x, Wx.value, gate * H + j, bias[gate * H + j]);
      const gate = (gate: number, j: number) =>
        sigmoid(sumOf(before, Wh.value, gate * H + j, fromInput(gate, j)));
      const kept = before.map((hk, k) => gate(1, k) * hk);
      h = before.map((hj, j) => {
        const fromState = biasOfRecall
          ? gate(1, j) * sumOf(before, Wh.value, 2 * H + j, biasOfRecall[j])
          : sumOf(kept, Wh.value, 2 * H + j);
        const z = gate(0, j);
        return (1 - z) * hj + z * Math.tanh(fromInput(2, j) + fromState);
      });
      return h;
    });
  });
}
