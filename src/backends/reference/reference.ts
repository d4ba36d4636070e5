import { Arena } from '../../tensor/arena.ts';
import { PlainMemory } from '../../tensor/plain-memory.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { type Backend, type GemmOptions, gemmSizes, outOfTable } from '../backend.ts';

/**
 * The referee: float64, plain loops, one after the other as the formulas read.
 * Every other backend is compared with it, and the gradient checks run on it.
 */
export class ReferenceBackend implements Backend {
  readonly name = 'reference';
  readonly description = 'reference, float64, plain loops';
  readonly arena: Arena = new Arena(new PlainMemory(), 'float64');
  readonly threads = 1;

  close(): void {}

  fill(out: Tensor, value: number): void {
    out.view().fill(value);
  }

  copy(out: Tensor, x: Tensor): void {
    out.view().set(x.view());
  }

  gemm(out: Tensor, a: Tensor, b: Tensor, options: GemmOptions = {}): void {
    const [M, N, K] = gemmSizes(out, a, b, options);
    const [y, A, B] = [out.view(), a.view(), b.view()];
    for (let m = 0; m < M; m++) {
      for (let n = 0; n < N; n++) {
        let sum = options.accumulate ? y[m * N + n] : 0;
        for (let k = 0; k < K; k++) {
          sum +=
            A[options.transposeA ? k * M + m : m * K + k] * B[options.transposeB ? n * K + k : k * N + n];
        }
        y[m * N + n] = sum;
      }
    }
  }

  transpose(out: Tensor, a: Tensor): void {
    const [M, N] = a.shape;
    const [y, A] = [out.view(), a.view()];
    for (let m = 0; m < M; m++) for (let n = 0; n < N; n++) y[n * M + m] = A[m * N + n];
  }

  broadcastRows(out: Tensor, b: Tensor): void {
    const [y, values] = [out.view(), b.view()];
    for (let i = 0; i < y.length; i++) y[i] = values[i % values.length];
  }

  sumRows(out: Tensor, x: Tensor): void {
    const [y, values] = [out.view().fill(0), x.view()];
    for (let i = 0; i < values.length; i++) y[i % y.length] += values[i];
  }

  tanh(x: Tensor): void {
    const values = x.view();
    for (let i = 0; i < values.length; i++) values[i] = Math.tanh(values[i]);
  }

  tanhBackward(dt: Tensor, h: Tensor, dh: Tensor): void {
    const [y, hs, above] = [dt.view(), h.view(), dh.view()];
    for (let i = 0; i < y.length; i++) y[i] = above[i] * (1 - hs[i] * hs[i]);
  }

  rnnForward(hs: Tensor, hStart: Tensor, Wh: Tensor): void {
    const T = hs.shape[1];
    for (let t = 0; t < T; t++) {
      this.gemm(hs.step(t), t === 0 ? hStart : hs.step(t - 1), Wh, { accumulate: true });
      this.tanh(hs.step(t));
    }
  }

  rnnBackward(dts: Tensor, dh: Tensor, dhs: Tensor, hs: Tensor, WhT: Tensor): void {
    const T = hs.shape[1];
    this.fill(dh, 0);
    for (let t = T - 1; t >= 0; t--) {
      this.addScaled(dh, 1, dhs.step(t));
      this.tanhBackward(dts.step(t), hs.step(t), dh);
      this.gemm(dh, dts.step(t), WhT);
    }
  }

  gatherRows(out: Tensor, W: Tensor, ids: Tensor): void {
    const [V, D] = W.shape;
    const [y, table] = [out.view(), W.view()];
    ids.view().forEach((id, m) => {
      if (id < 0 || id >= V) throw outOfTable('gatherRows', id, m, V);
      for (let d = 0; d < D; d++) y[m * D + d] = table[id * D + d];
    });
  }

  scatterAddRows(dW: Tensor, ids: Tensor, dout: Tensor): void {
    const [V, D] = dW.shape;
    const [table, dy] = [dW.view(), dout.view()];
    ids.view().forEach((id, m) => {
      if (id < 0 || id >= V) throw outOfTable('scatterAddRows', id, m, V);
      for (let d = 0; d < D; d++) table[id * D + d] += dy[m * D + d];
    });
  }

  softmaxWithLoss(
    dxs: Tensor | null,
    losses: Tensor,
    total: Tensor,
    xs: Tensor,
    ts: Tensor,
    ignored: number,
  ): void {
    const [M, V] = xs.shape;
    const targets = ts.view() as Int32Array;
    const counted = targets.reduce((count, t) => count + (t === ignored ? 0 : 1), 0);
    let sum = 0;
    for (let m = 0; m < M; m++) {
      const t = targets[m];
      if (t !== ignored && (t < 0 || t >= V)) throw outOfTable('softmaxWithLoss', t, m, V);
      const row = xs.part([V], m * V).view() as Float64Array;
      const max = row.reduce((a, b) => Math.max(a, b));
      const exps = row.map((x) => Math.exp(x - max));
      const z = exps.reduce((a, b) => a + b);
      const loss = t === ignored ? 0 : Math.log(z) - (row[t] - max);
      losses.view()[m] = loss;
      sum += loss;
      const dx = dxs?.part([V], m * V).view();
      for (let v = 0; dx && v < V; v++) {
        dx[v] = t === ignored ? 0 : (exps[v] / z - (v === t ? 1 : 0)) / counted;
      }
    }
    total.view().set([counted === 0 ? 0 : sum / counted, sum, counted]);
  }

  addSumOfSquares(total: Tensor, x: Tensor): void {
    for (const value of x.view()) total.view()[0] += value * value;
  }

  scale(x: Tensor, a: number): void {
    const values = x.view();
    for (let i = 0; i < values.length; i++) values[i] *= a;
  }

  addScaled(y: Tensor, a: number, x: Tensor): void {
    const [sum, values] = [y.view(), x.view()];
    for (let i = 0; i < sum.length; i++) sum[i] += a * values[i];
  }
}
