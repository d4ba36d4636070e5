import { MinGRU } from '../../src/layers/cells/mingru.ts';
import type { Param } from '../../src/layers/layer.ts';
import { TimeMinGRU } from '../../src/layers/time/mingru.ts';
import { sigmoid, sumOf } from './naive-gates.ts';
import { describeRecurrentLayer } from './recurrent-contract.ts';

await describeRecurrentLayer({
  name: 'TimeMinGRU',
  states: ['h'],
  params: (make, D, H) => [make.param('Wx', [D, 2 * H]), make.param('b', [2 * H], 0.5)],
  layer: (backend, [Wx, b], stateful) => new TimeMinGRU(backend, Wx, b, { stateful }),
  naive: (xs, [h0], params) => naive(xs, h0, params),
  cell: (backend, [Wx, b]) => {
    const cell = new MinGRU(backend, Wx, b);
    return {
      forward: (x, [h]) => [cell.forward(x, h)],
      backward: ([dh]) => {
        const { dx, dhPrev } = cell.backward(dh);
        return { dx, dstates: [dhPrev] };
      },
    };
  },
});

/** h_j = (1 − z_j)·h₋_j + z_j·ĥ_j, unit by unit. */
function naive(xs: number[][][], h0: number[][], [Wx, b]: readonly Param[]): number[][][] {
  const [H, bias] = [b.value.size / 2, b.value.values()];
  return xs.map((stream, n) => {
    let h = h0[n];
    return stream.map((x) => {
      h = h.map((hj, j) => {
        const z = sigmoid(sumOf(x, Wx.value, j, bias[j]));
        return (1 - z) * hj + z * sumOf(x, Wx.value, H + j, bias[H + j]);
      });
      return h;
    });
  });
}
