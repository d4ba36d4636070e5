import type { Backend } from '../../src/backends/backend.ts';
import { RNN } from '../../src/layers/cells/rnn.ts';
import type { Param } from '../../src/layers/layer.ts';
import { TimeRNN } from '../../src/layers/time/rnn.ts';
import type { Tensor } from '../../src/tensor/tensor.ts';
import { type Chain, describeRecurrentLayer } from './recurrent-contract.ts';

await describeRecurrentLayer({
  name: 'TimeRNN',
  params: (make, D, H) => [make.param('Wx', [D, H]), make.param('Wh', [H, H]), make.param('b', [H])],
  layer: (backend, [Wx, Wh, b], stateful) => new TimeRNN(backend, Wx, Wh, b, { stateful }),
  naive,
  chain,
});

/** h_j = tanh(b_j + Σ_i x_i·Wx_ij + Σ_k h₋_k·Wh_kj) */
function naive(xs: number[][][], h0: number[][], [Wx, Wh, b]: readonly Param[]): number[][][] {
  const [H, wx, wh, bias] = [b.value.size, Wx.value.values(), Wh.value.values(), b.value.values()];
  return xs.map((stream, n) => {
    let before = h0[n];
    return stream.map((x) => {
      before = Array.from(bias, (start, j) => {
        const fromInput = x.reduce((sum, xi, i) => sum + xi * wx[i * H + j], 0);
        return Math.tanh(before.reduce((sum, hk, k) => sum + hk * wh[k * H + j], start + fromInput));
      });
      return before;
    });
  });
}

function chain(backend: Backend, params: readonly Param[], xs: Tensor, h0: Tensor, dhs: Tensor): Chain {
  const [Wx, Wh, b] = params;
  const T = xs.shape[1];
  const cells = Array.from({ length: T }, () => new RNN(backend, Wx, Wh, b));
  const hs: Tensor[] = [];
  for (let t = 0; t < T; t++) hs.push(cells[t].forward(xs.step(t), hs[t - 1] ?? h0));

  const grads = params.map(({ value }) => new Float64Array(value.size));
  const dxs: Tensor[] = [];
  const dh = backend.arena.tensor(h0.shape); // the gradient that arrives at step t from step t + 1
  for (let t = T - 1; t >= 0; t--) {
    backend.addScaled(dh, 1, dhs.step(t));
    const { dx, dhPrev } = cells[t].backward(dh);
    dxs[t] = dx;
    backend.copy(dh, dhPrev);
    params.forEach(({ grad }, i) => grad.values().forEach((g, j) => (grads[i][j] += g)));
  }
  return { hs, dxs, dh0: dh, grads };
}
