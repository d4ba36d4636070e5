import { Arena } from '../../tensor/arena.ts';
import { dropped, type Mask } from '../../tensor/mask.ts';
import { checkAllUsable, checkSameMemory, checkUsable } from '../../tensor/memory-checks.ts';
import { PlainMemory } from '../../tensor/plain-memory.ts';
import { idRangeError } from '../../tensor/table-ids.ts';
import type { Tensor, TensorView } from '../../tensor/tensor.ts';
import {
  type Activation,
  type AdamStep,
  type AdaptStep,
  type Backend,
  checkWrite,
  clipRate,
  closedError,
  type GemmOptions,
  type GRUBlock,
  type GRUGradients,
  gemmSizes,
  type LossOutputs,
  type LSTMBlock,
  type LSTMGradients,
  type MogrifierBlock,
  type MogrifierGradients,
  type MogrifierWeights,
  type MomentumStep,
  type Resets,
  type ScanBlock,
  type SquaresStep,
  type Zoneout,
} from '../backend.ts';
import * as mogrifier from './mogrifier.ts';
import { orthogonaliseBlocks } from './orthogonalise.ts';
import * as recurrent from './recurrent.ts';

/**
 * The reference: float64, in plain loops that follow the formulas.
 * Every other backend is tested against it, and the gradient checks run on it.
 */
export class ReferenceBackend implements Backend {
  readonly name = 'reference';
  readonly description = 'reference, float64, plain loops';
  readonly arena: Arena = new Arena(new PlainMemory(), 'float64');
  readonly threads = 1;

  /** Marks the backend as closed; there are no threads to end. */
  close(): void {
    this.arena.close(closedError(this.name));
  }

  async read(x: Tensor): Promise<TensorView> {
    return this.readSync(x);
  }

  readSync(x: Tensor): TensorView {
    checkSameMemory(this.name, this.arena, x);
    return x.view().slice();
  }

  write(x: Tensor, numbers: ArrayLike<number>): void {
    checkUsable(this.name, this.arena, x);
    checkWrite(x, numbers);
    this.#view(x).set(numbers);
  }

  fill(out: Tensor, value: number): void {
    this.#view(out).fill(value);
  }

  copy(out: Tensor, x: Tensor): void {
    this.#view(out).set(this.#view(x));
  }

  gemm(out: Tensor, a: Tensor, b: Tensor, options: GemmOptions = {}): void {
    const { M, N, K, first, stride } = gemmSizes(out, a, b, options);
    const { transposeA, transposeB, accumulate } = options;
    const [y, A, B] = [this.#view(out), this.#view(a), this.#view(b)];
    const [rowA, stepA] = transposeA ? [1, stride.a] : [stride.a, 1];
    const [stepB, columnB] = transposeB ? [1, stride.b] : [stride.b, 1];
    for (let m = 0; m < M; m++) {
      for (let n = 0; n < N; n++) {
        const at = first.out + m * stride.out + n;
        let sum = accumulate ? y[at] : 0;
        for (let k = 0; k < K; k++) {
          sum += A[m * rowA + k * stepA] * B[first.b + k * stepB + n * columnB];
        }
        y[at] = sum;
      }
    }
  }

  transpose(out: Tensor, a: Tensor): void {
    const [M, N] = a.shape;
    const [y, A] = [this.#view(out), this.#view(a)];
    for (let m = 0; m < M; m++) for (let n = 0; n < N; n++) y[n * M + m] = A[m * N + n];
  }

  broadcastRows(out: Tensor, b: Tensor): void {
    const [y, values] = [this.#view(out), this.#view(b)];
    for (let i = 0; i < y.length; i++) y[i] = values[i % values.length];
  }

  addToRows(x: Tensor, b: Tensor): void {
    const [values, term] = [this.#view(x), this.#view(b)];
    for (let i = 0; i < values.length; i++) values[i] += term[i % term.length];
  }

  sumRows(out: Tensor, x: Tensor, accumulate: boolean = false): void {
    const [y, values] = [this.#view(out), this.#view(x)];
    if (!accumulate) y.fill(0);
    for (let i = 0; i < values.length; i++) y[i % y.length] += values[i];
  }

  tanh(x: Tensor): void {
    const values = this.#view(x);
    for (let i = 0; i < values.length; i++) values[i] = Math.tanh(values[i]);
  }

  tanhBackward(dt: Tensor, h: Tensor, dh: Tensor): void {
    const [y, hs, above] = [this.#view(dt), this.#view(h), this.#view(dh)];
    for (let i = 0; i < y.length; i++) y[i] = above[i] * (1 - hs[i] * hs[i]);
  }

  relu(x: Tensor): void {
    const values = this.#view(x);
    for (let i = 0; i < values.length; i++) values[i] = Math.max(0, values[i]);
  }

  reluBackward(dt: Tensor, h: Tensor, dh: Tensor): void {
    const [y, hs, above] = [this.#view(dt), this.#view(h), this.#view(dh)];
    for (let i = 0; i < y.length; i++) y[i] = hs[i] > 0 ? above[i] : 0;
  }

  rnnForward(
    hs: Tensor,
    hStart: Tensor,
    Wh: Tensor,
    activation: Activation = 'tanh',
    zoneout: Zoneout | null = null,
    resets: Resets | null = null,
  ): void {
    this.#checkUsable(hs, hStart, Wh, zoneout, resets);
    recurrent.rnnForward(this, hs, hStart, Wh, activation, zoneout, resets);
  }

  rnnBackward(
    dts: Tensor,
    dh: Tensor,
    dhs: Tensor,
    hs: Tensor,
    WhT: Tensor,
    activation: Activation = 'tanh',
    zoneout: Zoneout | null = null,
    resets: Resets | null = null,
  ): void {
    this.#checkUsable(dts, dh, dhs, hs, WhT, zoneout, resets);
    recurrent.rnnBackward(this, dts, dh, dhs, hs, WhT, activation, zoneout, resets);
  }

  lstmForward(block: LSTMBlock, Wh: Tensor): void {
    this.#checkUsable(block, Wh);
    recurrent.lstmForward(this, block, Wh);
  }

  lstmBackward(out: LSTMGradients, dhs: Tensor, block: LSTMBlock, WhT: Tensor): void {
    this.#checkUsable(out, dhs, block, WhT);
    recurrent.lstmBackward(this, out, dhs, block, WhT);
  }

  mogrifierForward(block: MogrifierBlock, weights: MogrifierWeights): void {
    this.#checkUsable(block, weights);
    mogrifier.mogrifierForward(this, block, weights);
  }

  mogrifierBackward(
    out: MogrifierGradients,
    dhs: Tensor,
    block: MogrifierBlock,
    transposed: MogrifierWeights,
  ): void {
    this.#checkUsable(out, dhs, block, transposed);
    mogrifier.mogrifierBackward(this, out, dhs, block, transposed);
  }

  gruForward(block: GRUBlock, Wh: Tensor): void {
    this.#checkUsable(block, Wh);
    recurrent.gruForward(this, block, Wh);
  }

  gruBackward(out: GRUGradients, dhs: Tensor, block: GRUBlock, WhT: Tensor): void {
    this.#checkUsable(out, dhs, block, WhT);
    recurrent.gruBackward(this, out, dhs, block, WhT);
  }

  scanForward(block: ScanBlock): void {
    this.#checkUsable(block);
    recurrent.scanForward(this, block);
  }

  scanBackward(out: { dgates: Tensor; dh: Tensor }, dhs: Tensor, block: ScanBlock): void {
    this.#checkUsable(out, dhs, block);
    recurrent.scanBackward(this, out, dhs, block);
  }

  gatherRows(out: Tensor, W: Tensor, ids: Tensor): void {
    const [V, D] = W.shape;
    const [y, table] = [this.#view(out), this.#view(W)];
    this.#view(ids).forEach((id, m) => {
      if (id < 0 || id >= V) throw idRangeError('gatherRows', id, m, V);
      for (let d = 0; d < D; d++) y[m * D + d] = table[id * D + d];
    });
  }

  scatterAddRows(dW: Tensor, ids: Tensor, dout: Tensor): void {
    const [V, D] = dW.shape;
    const [table, dy] = [this.#view(dW), this.#view(dout)];
    this.#view(ids).forEach((id, m) => {
      if (id < 0 || id >= V) throw idRangeError('scatterAddRows', id, m, V);
      for (let d = 0; d < D; d++) table[id * D + d] += dy[m * D + d];
    });
  }

  scatterRows(table: Tensor, ids: Tensor, x: Tensor): void {
    const [V, D] = table.shape;
    const [rows, values] = [this.#view(table), this.#view(x)];
    this.#view(ids).forEach((id, m) => {
      if (id < 0 || id >= V) throw idRangeError('scatterRows', id, m, V);
      for (let d = 0; d < D; d++) rows[id * D + d] = values[m * D + d];
    });
  }

  uniqueIds(out: Tensor, ids: Tensor, marks: Tensor): void {
    this.#checkUsable(marks);
    const unique = [...new Set(this.#view(ids))];
    this.#view(out).fill(-1).set(unique);
  }

  countTargets(total: Tensor, ts: Tensor, V: number, ignored: number): void {
    const targets = [...this.#view(ts)];
    const bad = targets.findIndex((t) => t !== ignored && (t < 0 || t >= V));
    if (bad >= 0) throw idRangeError('countTargets', targets[bad], bad, V);
    this.#view(total).set([0, 0, targets.filter((t) => t !== ignored).length]);
  }

  softmax(out: Tensor, xs: Tensor, a: number = 1): void {
    this.#checkUsable(out);
    const [M, V] = xs.shape;
    for (let m = 0; m < M; m++) {
      const row = this.#view(xs.part([V], m * V)) as Float64Array;
      const max = row.reduce((most, x) => Math.max(most, x));
      const exps = row.map((x) => Math.exp(a * (x - max)));
      const z = exps.reduce((sum, e) => sum + e);
      out.part([V], m * V).set(exps.map((e) => e / z));
    }
  }

  softmaxWithLoss(
    { losses, total, dxs, sums }: LossOutputs,
    xs: Tensor,
    b: Tensor | null,
    ts: Tensor,
    ignored: number,
  ): void {
    const [M, V] = xs.shape;
    const [logits, targets, each] = [this.#view(xs), this.#view(ts), this.#view(losses)];
    const [bias, dx, columns] = [b, dxs, sums].map((tensor) => tensor && this.#view(tensor));
    columns?.fill(0);
    let [, sum, counted] = this.#view(total);
    const exps = new Float64Array(V);
    for (let m = 0; m < M; m++) {
      const t = targets[m];
      let max = Number.NEGATIVE_INFINITY;
      for (let v = 0; v < V; v++) {
        exps[v] = logits[m * V + v] + (bias ? bias[v] : 0);
        max = Math.max(max, exps[v]);
      }
      const logit = exps[t];
      let z = 0;
      for (let v = 0; v < V; v++) z += exps[v] = Math.exp(exps[v] - max);
      each[m] = t === ignored ? 0 : Math.log(z) - (logit - max);
      sum += each[m];
      if (!dx) continue;
      const part = sums ? Math.floor((m * sums.shape[0]) / M) * V : 0;
      for (let v = 0; v < V; v++) {
        const slope = t === ignored ? 0 : (exps[v] / z - (v === t ? 1 : 0)) / counted;
        dx[m * V + v] = slope;
        if (columns) columns[part + v] += slope;
      }
    }
    this.#view(total).set([counted === 0 ? 0 : sum / counted, sum, counted]);
  }

  rankRows(
    { ranks, top }: { ranks: Tensor; top: Tensor | null },
    xs: Tensor,
    ts: Tensor,
    ignored: number,
  ): void {
    const [M, V] = xs.shape;
    this.#view(ts).forEach((t, m) => {
      if (t === ignored) return;
      const row = this.#view(xs.part([V], m * V));
      const ids = Array.from(row, (_, id) => id).sort((a, b) => row[b] - row[a] || a - b);
      this.#view(ranks)[m] = 1 + ids.filter((id) => row[id] > row[t]).length;
      if (top) this.#view(top).set(ids.slice(0, top.size / M), (m * top.size) / M);
    });
  }

  drawRows(ids: Tensor, xs: Tensor, draws: Tensor): void {
    this.#checkUsable(draws);
    const [M, V] = xs.shape;
    for (let m = 0; m < M; m++) {
      const [a, high, low] = draws.part([3], 3 * m).values();
      this.#view(ids)[m] = drawRow(this.#view(xs.part([V], m * V)) as Float64Array, a, high + low);
    }
  }

  dropout(out: Tensor, x: Tensor, mask: Mask, period: number = x.size, start: number = 0): void {
    const [y, values] = [this.#view(out), this.#view(x)];
    for (let i = 0; i < y.length; i++) y[i] = dropped(values[i], mask, start + (i % period));
  }

  dropoutRows(out: Tensor, x: Tensor, ids: Tensor, mask: Mask): void {
    const [y, values] = [this.#view(out), this.#view(x)];
    const D = x.size / ids.size;
    this.#view(ids).forEach((id, m) => {
      for (let d = 0; d < D; d++) y[m * D + d] = dropped(values[m * D + d], mask, id);
    });
  }

  resetRows(out: Tensor, x: Tensor, resets: Tensor): void {
    const [y, values] = [this.#view(out), this.#view(x)];
    const D = x.shape[1];
    this.#view(resets).forEach((reset, m) => {
      for (let i = m * D; i < (m + 1) * D; i++) y[i] = reset === 0 ? values[i] : 0;
    });
  }

  zeroRows(x: Tensor, rows: Tensor): void {
    this.#checkUsable(rows);
    for (const row of selectedRows(x, rows)) this.#view(row).fill(0);
  }

  addSumOfSquares(total: Tensor, x: Tensor, rows?: Tensor | null): void {
    for (const part of selectedRows(x, rows)) {
      for (const value of this.#view(part)) this.#view(total)[0] += value * value;
    }
  }

  scale(x: Tensor, a: number, rows?: Tensor | null): void {
    for (const part of selectedRows(x, rows)) {
      const values = this.#view(part);
      for (let i = 0; i < values.length; i++) values[i] *= a;
    }
  }

  clipByNorm(x: Tensor, total: Tensor, maxNorm: number, rows?: Tensor | null): void {
    this.#checkUsable(x);
    const rate = clipRate(this.#view(total)[0], maxNorm);
    if (rate < 1) this.scale(x, rate, rows);
  }

  addFloat64(x: Tensor, terms: Tensor): void {
    const [values, added] = [this.#view(x), this.#view(terms)];
    for (let i = 0; i < values.length; i++) values[i] += added[i];
  }

  addScaled(y: Tensor, a: number, x: Tensor, rows?: Tensor | null): void {
    const terms = selectedRows(x, rows);
    selectedRows(y, rows).forEach((part, p) => {
      const [sum, values] = [this.#view(part), this.#view(terms[p])];
      for (let i = 0; i < sum.length; i++) sum[i] += a * values[i];
    });
  }

  lerp(y: Tensor, a: number, x: Tensor): void {
    const [from, to] = [this.#view(y), this.#view(x)];
    for (let i = 0; i < from.length; i++) from[i] += a * (to[i] - from[i]);
  }

  swap(x: Tensor, y: Tensor): void {
    const kept = this.#view(x).slice();
    this.#view(x).set(this.#view(y));
    this.#view(y).set(kept);
  }

  momentumStep(W: Tensor, v: Tensor, dW: Tensor, numbers: MomentumStep): void {
    const { decay, momentum, gradientRate, velocityRate } = numbers;
    const [weights, velocity, grad] = [this.#view(W), this.#view(v), this.#view(dW)];
    for (let i = 0; i < weights.length; i++) {
      const g = grad[i] + decay * weights[i];
      velocity[i] = momentum * velocity[i] + g;
      weights[i] -= gradientRate * g + velocityRate * velocity[i];
    }
  }

  squaresStep(W: Tensor, s: Tensor, dW: Tensor, numbers: SquaresStep): void {
    const { decay, keep, share, rate, epsilon } = numbers;
    const [weights, squares, grad] = [this.#view(W), this.#view(s), this.#view(dW)];
    for (let i = 0; i < weights.length; i++) {
      const g = grad[i] + decay * weights[i];
      squares[i] = keep * squares[i] + share * g * g;
      weights[i] -= (rate * g) / (Math.sqrt(squares[i]) + epsilon);
    }
  }

  adaptStep(W: Tensor, W0: Tensor, s: Tensor, dW: Tensor, { rate, epsilon, decay }: AdaptStep): void {
    const [weights, trained] = [this.#view(W), this.#view(W0)];
    const [squares, grad] = [this.#view(s), this.#view(dW)];
    for (let i = 0; i < weights.length; i++) {
      const root = Math.sqrt(squares[i]);
      const back = Math.min(1, decay * root) * (trained[i] - weights[i]);
      weights[i] += back - (rate * grad[i]) / (root + epsilon);
    }
  }

  adamStep(W: Tensor, m: Tensor, v: Tensor, dW: Tensor, numbers: AdamStep): void {
    const { decay, decoupledDecay, beta1, oneMinusBeta1, beta2, oneMinusBeta2, rate, epsilon } = numbers;
    const [weights, mean, squares, grad] = [this.#view(W), this.#view(m), this.#view(v), this.#view(dW)];
    for (let i = 0; i < weights.length; i++) {
      const g = grad[i] + decay * weights[i];
      mean[i] = beta1 * mean[i] + oneMinusBeta1 * g;
      squares[i] = beta2 * squares[i] + oneMinusBeta2 * g * g;
      weights[i] -= decoupledDecay * weights[i] + (rate * mean[i]) / (Math.sqrt(squares[i]) + epsilon);
    }
  }

  orthogonalise(x: Tensor, blocks: number, scratch: Tensor): void {
    this.#checkUsable(scratch);
    orthogonaliseBlocks(this.#view(x), x.shape[1] / blocks, blocks);
  }

  #checkUsable(...given: readonly unknown[]): void {
    checkAllUsable(this.name, this.arena, ...given);
  }

  /** A view of a tensor, which must lie in this backend's memory. */
  #view(x: Tensor): TensorView {
    checkUsable(this.name, this.arena, x);
    return x.view();
  }
}

/** The rows of x (V,D) that are listed before the first −1; without a list, x itself. */
function selectedRows(x: Tensor, rows?: Tensor | null): Tensor[] {
  if (!rows) return [x];
  const D = x.shape[1];
  return Array.from(rows.view())
    .filter((id) => id >= 0)
    .map((id) => x.part([D], id * D));
}

function drawRow(row: Float64Array, a: number, uniform: number): number {
  const max = row.reduce((most, x) => Math.max(most, x), Number.NEGATIVE_INFINITY);
  if (Number.isNaN(a) || !Number.isFinite(max)) return -1;
  if (a === 0) return row.indexOf(max);
  let rest = uniform * row.reduce((sum, x) => sum + Math.exp(a * (x - max)), 0);
  let last = 0;
  for (const [v, x] of row.entries()) {
    const power = Math.exp(a * (x - max));
    row[v] = power;
    if (power === 0) continue;
    rest -= power;
    if (rest < 0) return v;
    last = v;
  }
  return last;
}
