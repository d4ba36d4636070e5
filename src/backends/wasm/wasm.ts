import type { Arena } from '../../tensor/arena.ts';
import type { Mask } from '../../tensor/mask.ts';
import { checkAllUsable, checkSameMemory, checkUsable } from '../../tensor/memory-checks.ts';
import { rowChunks } from '../../tensor/shape.ts';
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
import { type Assembly, assemble, type WasmOptions } from './assemble.ts';
import type { Arguments, Fields } from './codec.ts';
import type { Simd } from './kernel-bytes.ts';
import type { Kernels } from './kernels.ts';
import type { Program } from './program.ts';
import { gemm } from './programs/gemm.ts';
import { adamStep, adaptStep, momentumStep, squaresStep } from './programs/optimizers.ts';
import { orthogonalise } from './programs/orthogonalise.ts';
import {
  addToRows,
  broadcastRows,
  drawRows,
  rankRows,
  softmax,
  softmaxWithLoss,
  sumRows,
} from './programs/rows.ts';
import { addScaled, dropout, fill, lerp, scale } from './programs/vectors.ts';
import { gruBackward, gruBackwardArguments, gruForward, gruForwardArguments } from './recurrent/gru.ts';
import { lstmBackward, lstmBackwardArguments, lstmForward, lstmForwardArguments } from './recurrent/lstm.ts';
import { modulationArguments, modulationGradients } from './recurrent/modulation.ts';
import { rnnBackward, rnnBackwardArguments, rnnForward, rnnForwardArguments } from './recurrent/rnn.ts';
import { scanBackward, scanBackwardArguments, scanForward, scanForwardArguments } from './recurrent/scan.ts';
import type { Pool } from './threads/pool.ts';

/** The minimum work, in multiplications, that is worth a fork and join of threads. */
const SHARED_WORK = 60_000;
/** The same for element-wise work, in numbers. */
const SHARED_NUMBERS = 30_000;

/** WebAssembly kernels: float32, 128-bit SIMD. The results don't depend on the number of threads. */
export class WasmBackend implements Backend {
  readonly name: string;
  readonly simd: Simd;
  readonly blas: string | null;
  readonly arena: Arena;
  readonly #kernels: Kernels;
  readonly #pool: Pool;
  readonly #obstacles: readonly string[];

  private constructor({ arena, kernels, pool, simd, obstacles }: Assembly, blas: string | null) {
    this.name = blas === null ? 'wasm' : 'blas';
    this.simd = simd;
    this.blas = blas;
    this.arena = arena;
    this.#kernels = kernels;
    this.#pool = pool;
    this.#obstacles = obstacles;
  }

  static async open(options: WasmOptions = {}): Promise<WasmBackend> {
    return new WasmBackend(await assemble(options), options.blas?.file ?? null);
  }

  get threads(): number {
    return this.#pool.threads;
  }

  get description(): string {
    const { threads } = this;
    const products = this.blas === null ? '' : `, products by ${this.blas}`;
    const count = `${threads} thread${threads === 1 ? '' : 's'}`;
    const why = this.#obstacles.length === 0 ? '' : ` (${this.#obstacles.join('; ')})`;
    return `${this.name}, float32, ${this.simd} SIMD${products}, ${count}${why}`;
  }

  /** Ends the worker threads. A closed backend computes no more. */
  close(): void {
    this.#pool.close();
    this.arena.close(closedError('threads'));
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
    x.view().set(numbers);
  }

  fill(out: Tensor, value: number): void {
    this.#map(fill, out.size, { out: this.#at(out), value, size: out.size });
  }

  copy(out: Tensor, x: Tensor): void {
    this.#kernels.copy(this.#at(out), this.#at(x), 4 * x.size);
  }

  gemm(out: Tensor, a: Tensor, b: Tensor, options: GemmOptions = {}): void {
    const { M, N, K, first, stride } = gemmSizes(out, a, b, options);
    const { transposeA = false, transposeB = false, accumulate = false } = options;
    this.#run(gemm, (M * N * K) / SHARED_WORK, {
      c: this.#at(out) + 4 * first.out,
      ldc: stride.out,
      a: this.#at(a),
      lda: stride.a,
      b: this.#at(b) + 4 * first.b,
      ldb: stride.b,
      M,
      N,
      K,
      transposeA,
      transposeB,
      accumulate,
    });
  }

  transpose(out: Tensor, a: Tensor): void {
    this.#kernels.transpose(this.#at(out), this.#at(a), a.shape[0], a.shape[1]);
  }

  broadcastRows(out: Tensor, b: Tensor): void {
    const args = { out: this.#at(out), b: this.#at(b), M: out.shape[0], N: b.size };
    this.#map(broadcastRows, out.size, args);
  }

  addToRows(x: Tensor, b: Tensor): void {
    this.#map(addToRows, x.size, { x: this.#at(x), b: this.#at(b), M: x.shape[0], N: b.size });
  }

  sumRows(out: Tensor, x: Tensor, accumulate: boolean = false): void {
    const [M, N] = x.shape;
    const parts = rowChunks(M);
    this.#map(sumRows, x.size, { out: this.#at(out), x: this.#at(x), M, N, parts, accumulate });
  }

  tanh(x: Tensor): void {
    this.#kernels.tanhForward(this.#at(x), 1, x.size, x.size);
  }

  tanhBackward(dt: Tensor, h: Tensor, dh: Tensor): void {
    this.#kernels.tanhBackward(this.#at(dt), this.#at(h), this.#at(dh), 0, 1, dt.size, dt.size);
  }

  relu(x: Tensor): void {
    this.#kernels.reluForward(this.#at(x), 1, x.size, x.size);
  }

  reluBackward(dt: Tensor, h: Tensor, dh: Tensor): void {
    this.#kernels.reluBackward(this.#at(dt), this.#at(h), this.#at(dh), 0, 1, dt.size, dt.size);
  }

  rnnForward(
    hs: Tensor,
    hStart: Tensor,
    Wh: Tensor,
    activation: Activation = 'tanh',
    zoneout: Zoneout | null = null,
    resets: Resets | null = null,
  ): void {
    this.#checkUsable(hs, hStart, Wh, resets);
    this.#clearScratch(zoneout);
    const args = rnnForwardArguments(hs, hStart, Wh, activation, zoneout, resets);
    this.#run(rnnForward, loopWorth(hs, Wh), args);
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
    this.#checkUsable(dts, dh, dhs, hs, WhT, resets);
    if (zoneout) this.fill(dh, 0);
    this.#clearScratch(zoneout);
    const args = rnnBackwardArguments(dts, dh, dhs, hs, WhT, activation, zoneout, resets);
    this.#run(rnnBackward, loopWorth(hs, WhT), args);
  }

  lstmForward(block: LSTMBlock, Wh: Tensor): void {
    this.#checkUsable(Wh, block);
    this.#clearScratch(block.zoneout?.h, block.zoneout?.c);
    this.#run(lstmForward, loopWorth(block.hs, Wh), lstmForwardArguments(block, Wh));
  }

  lstmBackward(out: LSTMGradients, dhs: Tensor, block: LSTMBlock, WhT: Tensor): void {
    this.#checkUsable(dhs, WhT, out, block);
    this.#clearScratch(block.zoneout?.h, block.zoneout?.c);
    this.#run(lstmBackward, loopWorth(block.hs, WhT), lstmBackwardArguments(out, dhs, block, WhT));
  }

  mogrifierForward(block: MogrifierBlock, weights: MogrifierWeights): void {
    this.#checkUsable(block, weights);
    this.#clearScratch(block.zoneout?.h, block.zoneout?.c);
    const args = lstmForwardArguments(block, weights.Wh, modulationArguments(block, weights));
    this.#run(lstmForward, loopWorth(block.hs, ...Object.values(weights)), args);
  }

  mogrifierBackward(
    out: MogrifierGradients,
    dhs: Tensor,
    block: MogrifierBlock,
    transposed: MogrifierWeights,
  ): void {
    this.#checkUsable(dhs, transposed, out, block);
    this.#clearScratch(block.zoneout?.h, block.zoneout?.c);
    const modulation = modulationGradients(out, block, transposed);
    const args = lstmBackwardArguments(out, dhs, block, transposed.Wh, modulation);
    this.#run(lstmBackward, loopWorth(block.hs, ...Object.values(transposed)), args);
  }

  gruForward(block: GRUBlock, Wh: Tensor): void {
    this.#checkUsable(Wh, block);
    if (block.bh) this.broadcastRows(block.candidateInput.rows(), block.bh);
    this.#clearScratch(block.zoneout);
    this.#run(gruForward, loopWorth(block.hs, Wh), gruForwardArguments(block, Wh));
  }

  gruBackward(out: GRUGradients, dhs: Tensor, block: GRUBlock, WhT: Tensor): void {
    this.#checkUsable(dhs, WhT, out, block);
    this.#clearScratch(block.zoneout);
    this.#run(gruBackward, loopWorth(block.hs, WhT), gruBackwardArguments(out, dhs, block, WhT));
  }

  scanForward(block: ScanBlock): void {
    this.#checkUsable(block);
    this.#map(scanForward, block.gates.size, scanForwardArguments(block));
  }

  scanBackward(out: { dgates: Tensor; dh: Tensor }, dhs: Tensor, block: ScanBlock): void {
    this.#checkUsable(dhs, out, block);
    this.#map(scanBackward, block.gates.size, scanBackwardArguments(out, dhs, block));
  }

  gatherRows(out: Tensor, W: Tensor, ids: Tensor): void {
    const [V, D] = W.shape;
    const bad = this.#kernels.gatherRows(this.#at(out), this.#at(W), this.#at(ids), ids.size, V, D);
    if (bad >= 0) throw idRangeError('gatherRows', ids.view()[bad], bad, V);
  }

  scatterAddRows(dW: Tensor, ids: Tensor, dout: Tensor): void {
    const [V, D] = dW.shape;
    const bad = this.#kernels.scatterAddRows(this.#at(dW), this.#at(ids), this.#at(dout), ids.size, V, D);
    if (bad >= 0) throw idRangeError('scatterAddRows', ids.view()[bad], bad, V);
  }

  scatterRows(table: Tensor, ids: Tensor, x: Tensor): void {
    const [V, D] = table.shape;
    const bad = this.#kernels.scatterRows(this.#at(table), this.#at(ids), this.#at(x), ids.size, V, D);
    if (bad >= 0) throw idRangeError('scatterRows', ids.view()[bad], bad, V);
  }

  uniqueIds(out: Tensor, ids: Tensor, marks: Tensor): void {
    this.#kernels.uniqueIds(this.#at(out), this.#at(ids), this.#at(marks), ids.size);
  }

  countTargets(total: Tensor, ts: Tensor, V: number, ignored: number): void {
    const bad = this.#kernels.countTargets(this.#at(total), this.#at(ts), ts.size, V, ignored);
    if (bad >= 0) throw idRangeError('countTargets', ts.view()[bad], bad, V);
  }

  softmaxWithLoss(
    { losses, total, dxs, sums }: LossOutputs,
    xs: Tensor,
    b: Tensor | null,
    ts: Tensor,
    ignored: number,
  ): void {
    this.#checkUsable(total);
    const [M, V] = xs.shape;
    this.#map(softmaxWithLoss, M * V, {
      dxs: this.#atOrNull(dxs),
      sums: this.#atOrNull(sums),
      losses: this.#at(losses),
      xs: this.#at(xs),
      b: this.#atOrNull(b),
      ts: this.#at(ts),
      M,
      V,
      groups: rowChunks(M),
      ignored,
      share: 1 / total.view()[2],
    });
    this.#kernels.addLosses(this.#at(total), this.#at(losses), M);
  }

  softmax(out: Tensor, xs: Tensor, a: number = 1): void {
    const [M, V] = xs.shape;
    this.#map(softmax, M * V, { out: this.#at(out), xs: this.#at(xs), a, M, V });
  }

  rankRows(
    { ranks, top }: { ranks: Tensor; top: Tensor | null },
    xs: Tensor,
    ts: Tensor,
    ignored: number,
  ): void {
    const [M, V] = xs.shape;
    this.#map(rankRows, xs.size, {
      ranks: this.#at(ranks),
      top: this.#atOrNull(top),
      xs: this.#at(xs),
      ts: this.#at(ts),
      M,
      V,
      K: top ? top.size / M : 0,
      ignored,
    });
  }

  drawRows(ids: Tensor, xs: Tensor, draws: Tensor): void {
    const [M, V] = xs.shape;
    const args = { ids: this.#at(ids), xs: this.#at(xs), draws: this.#at(draws), M, V };
    this.#map(drawRows, xs.size, args);
  }

  resetRows(out: Tensor, x: Tensor, resets: Tensor): void {
    const [M, D] = x.shape;
    this.#kernels.resetRows(this.#at(out), this.#at(x), this.#at(resets), M, D, D);
  }

  zeroRows(x: Tensor, rows: Tensor): void {
    this.#kernels.zeroRows(this.#at(x), this.#at(rows), rows.size, x.shape[1]);
  }

  addSumOfSquares(total: Tensor, x: Tensor, rows?: Tensor | null): void {
    const [sum, numbers] = [this.#at(total), this.#at(x)];
    if (!rows) this.#kernels.addSumOfSquares(sum, numbers, x.size);
    else this.#kernels.addSumOfSquaresOfRows(sum, numbers, this.#at(rows), rows.size, x.shape[1]);
  }

  scale(x: Tensor, a: number, rows?: Tensor | null): void {
    if (!rows) this.#map(scale, x.size, { x: this.#at(x), a, size: x.size });
    else this.#kernels.scaleRows(this.#at(x), a, this.#at(rows), rows.size, x.shape[1]);
  }

  clipByNorm(x: Tensor, total: Tensor, maxNorm: number, rows?: Tensor | null): void {
    this.#checkUsable(x, total);
    const rate = clipRate(total.view()[0], maxNorm);
    if (rate < 1) this.scale(x, rate, rows);
  }

  addFloat64(x: Tensor, terms: Tensor): void {
    this.#kernels.addFloat64(this.#at(x), this.#at(terms), x.size);
  }

  addScaled(y: Tensor, a: number, x: Tensor, rows?: Tensor | null): void {
    if (!rows) this.#map(addScaled, x.size, { y: this.#at(y), a, x: this.#at(x), size: x.size });
    else {
      const [D, ids] = [x.shape[1], this.#at(rows)];
      this.#kernels.addScaledRows(this.#at(y), a, this.#at(x), ids, rows.size, D);
    }
  }

  lerp(y: Tensor, a: number, x: Tensor): void {
    this.#map(lerp, x.size, { y: this.#at(y), a, x: this.#at(x), size: x.size });
  }

  swap(x: Tensor, y: Tensor): void {
    this.#kernels.swap(this.#at(x), this.#at(y), x.size);
  }

  momentumStep(W: Tensor, v: Tensor, dW: Tensor, numbers: MomentumStep): void {
    const pointers = { W: this.#at(W), v: this.#at(v), dW: this.#at(dW) };
    this.#map(momentumStep, W.size, { ...pointers, size: W.size, ...numbers });
  }

  squaresStep(W: Tensor, s: Tensor, dW: Tensor, numbers: SquaresStep): void {
    const pointers = { W: this.#at(W), s: this.#at(s), dW: this.#at(dW) };
    this.#map(squaresStep, W.size, { ...pointers, size: W.size, ...numbers });
  }

  adaptStep(W: Tensor, W0: Tensor, s: Tensor, dW: Tensor, numbers: AdaptStep): void {
    const pointers = { W: this.#at(W), W0: this.#at(W0), s: this.#at(s), dW: this.#at(dW) };
    this.#map(adaptStep, W.size, { ...pointers, size: W.size, ...numbers });
  }

  adamStep(W: Tensor, m: Tensor, v: Tensor, dW: Tensor, numbers: AdamStep): void {
    const pointers = { W: this.#at(W), m: this.#at(m), v: this.#at(v), dW: this.#at(dW) };
    this.#map(adamStep, W.size, { ...pointers, size: W.size, ...numbers });
  }

  orthogonalise(x: Tensor, blocks: number, scratch: Tensor): void {
    const [R, columns] = x.shape;
    const args = { x: this.#at(x), scratch: this.#at(scratch), R, C: columns / blocks, blocks };
    this.#run(orthogonalise, (x.size * Math.min(R, args.C)) / SHARED_WORK, args);
  }

  dropout(out: Tensor, x: Tensor, mask: Mask, period: number = x.size, start: number = 0): void {
    const [key0, key1] = mask.keys;
    const { threshold, scale } = mask;
    const [M, P] = [x.size / period, period];
    const args = { out: this.#at(out), x: this.#at(x), M, P, start, key0, key1, threshold, scale };
    this.#map(dropout, x.size, args);
  }

  dropoutRows(out: Tensor, x: Tensor, ids: Tensor, mask: Mask): void {
    const pointers = [this.#at(out), this.#at(x), this.#at(ids)] as const;
    this.#kernels.dropoutRows(
      ...pointers,
      ids.size,
      x.size / ids.size,
      ...mask.keys,
      mask.threshold,
      mask.scale,
    );
  }

  /** The backward pass needs zeros in the second half of the scratch. */
  #clearScratch(...zoneouts: readonly (Zoneout | null | undefined)[]): void {
    for (const zoneout of zoneouts) if (zoneout) this.fill(zoneout.scratch, 0);
  }

  /** The address of a tensor, which must lie in this backend's memory. */
  #at(x: Tensor): number {
    checkUsable(this.name, this.arena, x);
    return x.byteOffset;
  }

  #atOrNull(x: Tensor | null): number | null {
    return x && this.#at(x);
  }

  #checkUsable(...given: readonly unknown[]): void {
    checkAllUsable(this.name, this.arena, ...given);
  }

  /** Runs a program that reads or writes `numbers` numbers. */
  #map<F extends Fields>(program: Program<F>, numbers: number, args: Arguments<F>): void {
    this.#run(program, numbers / SHARED_NUMBERS, args);
  }

  /** Runs a program on all threads if the work is large enough (`worth` of at least 1), else on the calling thread. */
  #run<F extends Fields>(program: Program<F>, worth: number, args: Arguments<F>): void {
    if (worth < 1) this.#pool.runAlone(program, args);
    else this.#pool.run(program, args);
  }
}

/** The `worth` of a time loop over hs (N,T,H), whose work is the products with `weights`. */
function loopWorth({ shape: [N, T] }: Tensor, ...weights: readonly Tensor[]): number {
  return (T * N * weights.reduce((sum, { size }) => sum + size, 0)) / SHARED_WORK;
}
