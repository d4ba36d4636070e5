import type { Tensor } from '../../tensor/tensor.ts';
import type { Backend, MogrifierBlock, MogrifierGradients, MogrifierWeights } from '../backend.ts';
import { lstmStep, lstmStepBackward } from './lstm-step.ts';
import { stateBefore } from './resets.ts';
import { sigmoid, views } from './units.ts';

// The Mogrifier LSTM, step by step, as in the formulas.

export function mogrifierForward(on: Backend, block: MogrifierBlock, weights: MogrifierWeights): void {
  const { gates, xs, hs, hStart, resets } = block;
  const { Qdown, Qup, Rdown, Rup } = weights;
  const [T, K] = [hs.shape[1], Qup.shape[0]];
  const inner = (round: number, t: number) => block.inner.step(round * T + t);
  for (let t = 0; t < T; t++) {
    let [x, h] = [xs.step(t), stateBefore(hs, hStart, t, resets?.h)];
    for (let round = 0; round < block.inner.shape[1] / T; round++) {
      const j = round >> 1;
      const at = j * T + t;
      if (round % 2 === 0) {
        const [scale, out] = [block.xScales.step(at), block.xRounds.step(at)];
        product(inner(round, t), h, Qdown, j * K);
        product(scale, inner(round, t), Qup, j * x.shape[1]);
        x = modulated(out, scale, x);
      } else {
        const [scale, out] = [block.hScales.step(at), block.hRounds.step(at)];
        product(inner(round, t), x, Rdown, j * K);
        product(scale, inner(round, t), Rup, j * h.shape[1]);
        h = modulated(out, scale, h);
      }
    }
    on.gemm(gates.step(t), x, weights.Wx, { accumulate: true });
    on.gemm(gates.step(t), h, weights.Wh, { accumulate: true });
    lstmStep(on, block, t);
  }
}

export function mogrifierBackward(
  on: Backend,
  out: MogrifierGradients,
  dhs: Tensor,
  block: MogrifierBlock,
  transposed: MogrifierWeights,
): void {
  const { xs, hs, hStart, resets } = block;
  const T = hs.shape[1];
  for (let t = T - 1; t >= 0; t--) {
    const [dx, dh] = [out.dxs.step(t), out.dh];
    const join = lstmStepBackward(on, out, dhs, block, t);
    on.gemm(dx, out.dgates.step(t), transposed.Wx);
    on.gemm(dh, out.dgates.step(t), transposed.Wh);
    for (let round = block.inner.shape[1] / T - 1; round >= 0; round--) {
      const j = round >> 1;
      const at = j * T + t;
      const dinner = out.dinner.step(round * T + t);
      if (round % 2 === 0) {
        const x = j === 0 ? xs.step(t) : block.xRounds.step(at - T);
        modulatedBackward(out.dxScales.step(at), dx, block.xScales.step(at), x);
        on.gemm(dinner, out.dxScales.step(at), rowBlock(transposed.Qup, j, dx.shape[1]));
        on.gemm(dh, dinner, rowBlock(transposed.Qdown, j, dinner.shape[1]), { accumulate: true });
      } else {
        const h = j === 0 ? stateBefore(hs, hStart, t, resets?.h) : block.hRounds.step(at - T);
        modulatedBackward(out.dhScales.step(at), dh, block.hScales.step(at), h);
        on.gemm(dinner, out.dhScales.step(at), rowBlock(transposed.Rup, j, dh.shape[1]));
        on.gemm(dx, dinner, rowBlock(transposed.Rdown, j, dinner.shape[1]), { accumulate: true });
      }
    }
    join();
  }
}

/** out (N,C) = x (N,K) · the columns of W from `first` on. */
function product(out: Tensor, x: Tensor, W: Tensor, first: number): void {
  const [[N, C], [K, columns]] = [out.shape, W.shape];
  const [y, values, weights] = views(out, x, W);
  for (let n = 0; n < N; n++) {
    for (let c = 0; c < C; c++) {
      let sum = 0;
      for (let k = 0; k < K; k++) sum += values[n * K + k] * weights[k * columns + first + c];
      y[n * C + c] = sum;
    }
  }
}

/** Rows of round j of a transposed weight, `rows` of them. */
function rowBlock(WT: Tensor, j: number, rows: number): Tensor {
  const columns = WT.shape[1];
  return WT.part([rows, columns], j * rows * columns);
}

/** scale = 2σ(scale); out = scale ⊙ x. */
function modulated(out: Tensor, scale: Tensor, x: Tensor): Tensor {
  const [y, s, before] = views(out, scale, x);
  for (let i = 0; i < y.length; i++) {
    s[i] = 2 * sigmoid(s[i]);
    y[i] = s[i] * before[i];
  }
  return out;
}

/** da, w.r.t. the pre-activation of the scale s: d ⊙ x ⊙ s(1 − s/2), as (2σ)′ = 2σ(1 − σ); d, w.r.t. x: d ⊙ s. */
function modulatedBackward(da: Tensor, d: Tensor, scale: Tensor, x: Tensor): void {
  const [slope, gradient, s, before] = views(da, d, scale, x);
  for (let i = 0; i < slope.length; i++) {
    slope[i] = gradient[i] * before[i] * s[i] * (1 - s[i] / 2);
    gradient[i] *= s[i];
  }
}
