import { UnrolledError } from '../../errors.ts';
import { Arena } from '../../tensor/arena.ts';
import type { Mask } from '../../tensor/mask.ts';
import { rowChunks, type Shape } from '../../tensor/shape.ts';
import { outOfTable } from '../../tensor/table-ids.ts';
import type { Tensor, TensorView } from '../../tensor/tensor.ts';
import {
  type Activation,
  type AdamStep,
  type Backend,
  checkWrite,
  clipRate,
  type GemmOptions,
  type GRUBlock,
  type GRUGradients,
  gemmSizes,
  type LossOutputs,
  type LSTMBlock,
  type LSTMGradients,
  type MomentumStep,
  type ScanBlock,
  type SquaresStep,
  type Zoneout,
} from '../backend.ts';
import type { Blas } from './blas/blas.ts';
import type { Kernels, MaskNumbers } from './kernels.ts';
import { WasmMemory } from './memory.ts';
import { chooseSimd, compileKernels, instantiateKernels, type Simd } from './module.ts';
import type { ProgramName } from './programs.ts';
import { ZONEOUT_NUMBERS } from './recurrent/zoneout.ts';
import { createControl } from './threads/control.ts';
import { coreCount, sharingObstacle } from './threads/platform.ts';
import { Pool, type ThreadStart } from './threads/pool.ts';
import { startThread } from './threads/start-thread.ts';
import { engineOf } from './threads/thread-engine.ts';

export interface WasmOptions {
  /** Which of the two modules. Default: `relaxed` where the engine knows it. */
  simd?: Simd;
  /** Threads that compute, the caller's included. Default: all cores; 1 where memory can't be shared. */
  threads?: number;
  /** The BLAS that takes the matrix products over, or null for our own. */
  blas?: Blas | null;
}

const MOST_THREADS = 64;
/** Work of fewer multiplications than this costs less than a fork and a join of threads. */
const SHARED_WORK = 60_000;
/** The same for work that only moves numbers: so many of them. */
const SHARED_NUMBERS = 30_000;

/** float32, 128-bit SIMD; its bits don't depend on the number of threads. */
export class WasmBackend implements Backend {
  readonly name: string;
  readonly simd: Simd;
  readonly blas: string | null;
  readonly arena: Arena;
  readonly #kernels: Kernels;
  readonly #pool: Pool;
  /** Why there is one thread where more were wanted. */
  #obstacle: string | null = null;

  private constructor(arena: Arena, kernels: Kernels, pool: Pool, simd: Simd, blas: string | null) {
    this.name = blas === null ? 'wasm' : 'blas';
    this.simd = simd;
    this.blas = blas;
    this.arena = arena;
    this.#kernels = kernels;
    this.#pool = pool;
  }

  static async open(options: WasmOptions = {}): Promise<WasmBackend> {
    const { blas = null } = options;
    const wanted = checkThreads(options.threads ?? Math.min(coreCount(), MOST_THREADS));
    const obstacle = sharingObstacle();
    const [shared, count] = obstacle === null ? [true, wanted] : [false, 1];
    const simd = chooseSimd(options.simd);
    const memory = new WasmMemory(shared);
    const arena = new Arena(memory, 'float32');
    const module = await compileKernels(simd, shared);
    const kernels = instantiateKernels(module, memory.memory);
    const control = createControl(shared);
    const scratch = () => arena.tensor([kernels.gemmScratchBytes() / 4]).byteOffset;
    const engine = engineOf(kernels, { memory: memory.memory, scratch: scratch() }, blas);
    const file = blas?.file ?? null;
    const starts = Array.from({ length: count - 1 }, (_, i): ThreadStart => {
      const common = { module, memory: memory.memory, scratch: scratch(), blas: file, count };
      return { ...common, control: control as SharedArrayBuffer, index: i + 1 };
    });
    const pool = await Pool.open(engine, control, starts, startThread);
    const backend = new WasmBackend(arena, kernels, pool, simd, file);
    if (count < wanted) backend.#obstacle = obstacle;
    return backend;
  }

  get threads(): number {
    return this.#pool.threads;
  }

  get description(): string {
    const { threads } = this;
    const products = this.blas === null ? '' : `, products by ${this.blas}`;
    const count = `${threads} thread${threads === 1 ? '' : 's'}`;
    const why = this.#obstacle === null ? '' : ` (${this.#obstacle})`;
    return `${this.name}, float32, ${this.simd} SIMD${products}, ${count}${why}`;
  }

  /** Ends the worker threads. A backend that is closed computes no more. */
  close(): void {
    this.#pool.close();
  }

  async read(x: Tensor): Promise<TensorView> {
    return this.readSync(x);
  }

  readSync(x: Tensor): TensorView {
    return x.view().slice();
  }

  write(x: Tensor, numbers: ArrayLike<number>): void {
    checkWrite(x, numbers);
    x.view().set(numbers);
  }

  fill(out: Tensor, value: number): void {
    this.#run('fill', out.size / SHARED_NUMBERS, out.byteOffset, value, out.size);
  }

  copy(out: Tensor, x: Tensor): void {
    this.#kernels.copy(out.byteOffset, x.byteOffset, 4 * x.size);
  }

  gemm(out: Tensor, a: Tensor, b: Tensor, options: GemmOptions = {}): void {
    const { M, N, K, first, stride } = gemmSizes(out, a, b, options);
    const flags = [options.transposeA, options.transposeB, options.accumulate].map((flag) => (flag ? 1 : 0));
    const [toOut, fromB] = [out.byteOffset + 4 * first.out, b.byteOffset + 4 * first.b];
    const matrices = [toOut, stride.out, a.byteOffset, stride.a, fromB, stride.b];
    this.#run('gemm', (M * N * K) / SHARED_WORK, ...matrices, M, N, K, ...flags);
  }

  transpose(out: Tensor, a: Tensor): void {
    this.#kernels.transpose(out.byteOffset, a.byteOffset, a.shape[0], a.shape[1]);
  }

  broadcastRows(out: Tensor, b: Tensor): void {
    this.#run('broadcastRows', out.size / SHARED_NUMBERS, out.byteOffset, b.byteOffset, out.shape[0], b.size);
  }

  addToRows(x: Tensor, b: Tensor): void {
    this.#run('addToRows', x.size / SHARED_NUMBERS, x.byteOffset, b.byteOffset, x.shape[0], b.size);
  }

  sumRows(out: Tensor, x: Tensor, accumulate: boolean = false): void {
    const [M, N] = x.shape;
    const sizes = [M, N, rowChunks(M), accumulate ? 1 : 0];
    this.#run('sumRows', x.size / SHARED_NUMBERS, out.byteOffset, x.byteOffset, ...sizes);
  }

  tanh(x: Tensor): void {
    this.#kernels.tanhForward(x.byteOffset, 1, x.size, x.size);
  }

  tanhBackward(dt: Tensor, h: Tensor, dh: Tensor): void {
    this.#kernels.tanhBackward(dt.byteOffset, h.byteOffset, dh.byteOffset, 0, 1, dt.size, dt.size);
  }

  relu(x: Tensor): void {
    this.#kernels.reluForward(x.byteOffset, 1, x.size, x.size);
  }

  reluBackward(dt: Tensor, h: Tensor, dh: Tensor): void {
    this.#kernels.reluBackward(dt.byteOffset, h.byteOffset, dh.byteOffset, 0, 1, dt.size, dt.size);
  }

  rnnForward(
    hs: Tensor,
    hStart: Tensor,
    Wh: Tensor,
    activation: Activation = 'tanh',
    zoneout: Zoneout | null = null,
  ): void {
    this.#loop('rnnForward', Wh, [hs, hStart, Wh], hs.shape, activation === 'relu', [zoneout]);
  }

  rnnBackward(
    dts: Tensor,
    dh: Tensor,
    dhs: Tensor,
    hs: Tensor,
    WhT: Tensor,
    activation: Activation = 'tanh',
    zoneout: Zoneout | null = null,
  ): void {
    if (zoneout) this.fill(dh, 0);
    const tensors = [dts, dh, dhs, hs, WhT];
    this.#loop('rnnBackward', WhT, tensors, hs.shape, activation === 'relu', [zoneout]);
  }

  lstmForward({ gates, hs, cs, hStart, cStart, zoneout }: LSTMBlock, Wh: Tensor): void {
    const tensors = [gates, hs, cs, hStart, cStart, Wh];
    this.#loop('lstmForward', Wh, tensors, hs.shape, false, [zoneout?.h, zoneout?.c]);
  }

  lstmBackward(
    { dgates, dh, dc }: LSTMGradients,
    dhs: Tensor,
    { gates, hs, cs, cStart, zoneout }: LSTMBlock,
    WhT: Tensor,
  ): void {
    const tensors = [dgates, dh, dc, dhs, gates, cs, cStart, WhT];
    this.#loop('lstmBackward', WhT, tensors, hs.shape, false, [zoneout?.h, zoneout?.c]);
  }

  gruForward({ gates, candidateInput, hs, hStart, bh, zoneout }: GRUBlock, Wh: Tensor): void {
    if (bh) this.broadcastRows(candidateInput.rows(), bh);
    this.#loop('gruForward', Wh, [gates, candidateInput, hs, hStart, Wh], hs.shape, bh !== null, [zoneout]);
  }

  gruBackward(
    { dgates, dcandidateInput, dh }: GRUGradients,
    dhs: Tensor,
    { gates, candidateInput, hs, hStart, bh, zoneout }: GRUBlock,
    WhT: Tensor,
  ): void {
    const tensors = [dgates, dcandidateInput, dh, dhs, gates, candidateInput, hs, hStart, WhT];
    this.#loop('gruBackward', WhT, tensors, hs.shape, bh !== null, [zoneout]);
  }

  scanForward({ gates, hs, hStart }: ScanBlock): void {
    this.#scan('scanForward', [gates, hs, hStart], gates, hs.shape);
  }

  scanBackward(
    { dgates, dh }: { dgates: Tensor; dh: Tensor },
    dhs: Tensor,
    { gates, hs, hStart }: ScanBlock,
  ): void {
    this.#scan('scanBackward', [dgates, dh, dhs, gates, hs, hStart], gates, hs.shape);
  }

  gatherRows(out: Tensor, W: Tensor, ids: Tensor): void {
    const [V, D] = W.shape;
    const bad = this.#kernels.gatherRows(out.byteOffset, W.byteOffset, ids.byteOffset, ids.size, V, D);
    if (bad >= 0) throw outOfTable('gatherRows', ids.view()[bad], bad, V);
  }

  scatterAddRows(dW: Tensor, ids: Tensor, dout: Tensor): void {
    const [V, D] = dW.shape;
    const bad = this.#kernels.scatterAddRows(dW.byteOffset, ids.byteOffset, dout.byteOffset, ids.size, V, D);
    if (bad >= 0) throw outOfTable('scatterAddRows', ids.view()[bad], bad, V);
  }

  scatterRows(table: Tensor, ids: Tensor, x: Tensor): void {
    const [V, D] = table.shape;
    const bad = this.#kernels.scatterRows(table.byteOffset, ids.byteOffset, x.byteOffset, ids.size, V, D);
    if (bad >= 0) throw outOfTable('scatterRows', ids.view()[bad], bad, V);
  }

  uniqueIds(out: Tensor, ids: Tensor, marks: Tensor): void {
    this.#kernels.uniqueIds(out.byteOffset, ids.byteOffset, marks.byteOffset, ids.size);
  }

  countTargets(total: Tensor, ts: Tensor, V: number, ignored: number): void {
    const bad = this.#kernels.countTargets(total.byteOffset, ts.byteOffset, ts.size, V, ignored);
    if (bad >= 0) throw outOfTable('countTargets', ts.view()[bad], bad, V);
  }

  softmaxWithLoss(
    { losses, total, dxs, sums }: LossOutputs,
    xs: Tensor,
    b: Tensor | null,
    ts: Tensor,
    ignored: number,
  ): void {
    const [M, V] = xs.shape;
    const share = 1 / total.view()[2];
    const pointers = [dxs, sums, losses, xs, b, ts].map((tensor) => tensor?.byteOffset ?? 0);
    const sizes = [M, V, rowChunks(M)];
    this.#run('softmaxWithLoss', (M * V) / SHARED_NUMBERS, ...pointers, ...sizes, ignored, share);
    this.#kernels.addLosses(total.byteOffset, losses.byteOffset, M);
  }

  softmax(out: Tensor, xs: Tensor, a: number = 1): void {
    const [M, V] = xs.shape;
    this.#run('softmax', (M * V) / SHARED_NUMBERS, out.byteOffset, xs.byteOffset, a, M, V);
  }

  rankRows(
    { ranks, top }: { ranks: Tensor; top: Tensor | null },
    xs: Tensor,
    ts: Tensor,
    ignored: number,
  ): void {
    const [M, V] = xs.shape;
    const pointers = [ranks.byteOffset, top?.byteOffset ?? 0, xs.byteOffset, ts.byteOffset];
    const K = top ? top.size / M : 0;
    this.#run('rankRows', xs.size / SHARED_NUMBERS, ...pointers, M, V, K, ignored);
  }

  drawRows(ids: Tensor, xs: Tensor, draws: Tensor): void {
    const [M, V] = xs.shape;
    const pointers = [ids.byteOffset, xs.byteOffset, draws.byteOffset];
    this.#run('drawRows', xs.size / SHARED_NUMBERS, ...pointers, M, V);
  }

  zeroRows(x: Tensor, rows: Tensor): void {
    this.#kernels.zeroRows(x.byteOffset, rows.byteOffset, rows.size, x.shape[1]);
  }

  addSumOfSquares(total: Tensor, x: Tensor, rows?: Tensor | null): void {
    const [sum, numbers] = [total.byteOffset, x.byteOffset];
    if (!rows) this.#kernels.addSumOfSquares(sum, numbers, x.size);
    else this.#kernels.addSumOfSquaresOfRows(sum, numbers, rows.byteOffset, rows.size, x.shape[1]);
  }

  scale(x: Tensor, a: number, rows?: Tensor | null): void {
    if (!rows) this.#run('scale', x.size / SHARED_NUMBERS, x.byteOffset, a, x.size);
    else this.#kernels.scaleRows(x.byteOffset, a, rows.byteOffset, rows.size, x.shape[1]);
  }

  clipByNorm(x: Tensor, total: Tensor, maxNorm: number, rows?: Tensor | null): void {
    const rate = clipRate(total.view()[0], maxNorm);
    if (rate < 1) this.scale(x, rate, rows);
  }

  addFloat64(x: Tensor, terms: Tensor): void {
    this.#kernels.addFloat64(x.byteOffset, terms.byteOffset, x.size);
  }

  addScaled(y: Tensor, a: number, x: Tensor, rows?: Tensor | null): void {
    const [sum, term] = [y.byteOffset, x.byteOffset];
    if (!rows) this.#run('addScaled', x.size / SHARED_NUMBERS, sum, a, term, x.size);
    else this.#kernels.addScaledRows(sum, a, term, rows.byteOffset, rows.size, x.shape[1]);
  }

  lerp(y: Tensor, a: number, x: Tensor): void {
    this.#run('lerp', x.size / SHARED_NUMBERS, y.byteOffset, a, x.byteOffset, x.size);
  }

  swap(x: Tensor, y: Tensor): void {
    this.#kernels.swap(x.byteOffset, y.byteOffset, x.size);
  }

  momentumStep(W: Tensor, v: Tensor, dW: Tensor, numbers: MomentumStep): void {
    const { decay, momentum, ofGradient, ofVelocity } = numbers;
    this.#update('momentumStep', [W, v, dW], decay, momentum, ofGradient, ofVelocity);
  }

  squaresStep(W: Tensor, s: Tensor, dW: Tensor, numbers: SquaresStep): void {
    const { decay, keep, share, rate, epsilon } = numbers;
    this.#update('squaresStep', [W, s, dW], decay, keep, share, rate, epsilon);
  }

  adamStep(W: Tensor, m: Tensor, v: Tensor, dW: Tensor, numbers: AdamStep): void {
    const { decay, shrink, keepM, shareM, keepV, shareV, rate, epsilon } = numbers;
    this.#update('adamStep', [W, m, v, dW], decay, shrink, keepM, shareM, keepV, shareV, rate, epsilon);
  }

  dropout(out: Tensor, x: Tensor, mask: Mask, period: number = x.size): void {
    const sizes = [x.size / period, period];
    const worth = x.size / SHARED_NUMBERS;
    this.#run('dropout', worth, out.byteOffset, x.byteOffset, ...sizes, ...maskNumbers(mask));
  }

  dropoutRows(out: Tensor, x: Tensor, ids: Tensor, mask: Mask): void {
    const pointers = [out.byteOffset, x.byteOffset, ids.byteOffset] as const;
    this.#kernels.dropoutRows(...pointers, ids.size, x.size / ids.size, ...maskNumbers(mask));
  }

  #update(program: ProgramName, tensors: readonly Tensor[], ...numbers: number[]): void {
    const { size } = tensors[0];
    const pointers = tensors.map((tensor) => tensor.byteOffset);
    this.#run(program, size / SHARED_NUMBERS, ...pointers, size, ...numbers);
  }

  /** A time loop over hs (N,T,H), whose work is its products with `weight`. */
  #loop(
    program: ProgramName,
    weight: Tensor,
    tensors: readonly Tensor[],
    [N, T, H]: Shape,
    variant: boolean,
    zoneouts: readonly (Zoneout | null | undefined)[],
  ): void {
    // The way back needs zeros there.
    for (const zoneout of zoneouts) if (zoneout) this.fill(zoneout.room, 0);
    const pointers = tensors.map((tensor) => tensor.byteOffset);
    const numbers = [N, T, H, variant ? 1 : 0, ...zoneouts.flatMap(zoneoutNumbers)];
    this.#run(program, (T * N * weight.size) / SHARED_WORK, ...pointers, ...numbers);
  }

  /** A time loop over hs (N,T,H) without a product, whose work is its gates. */
  #scan(program: ProgramName, tensors: readonly Tensor[], gates: Tensor, [N, T, H]: Shape): void {
    const pointers = tensors.map((tensor) => tensor.byteOffset);
    this.#run(program, gates.size / SHARED_NUMBERS, ...pointers, N, T, H, gates.shape[2] / H);
  }

  /** On all threads where there is work enough (`worth` of 1 or more), else on the caller's. */
  #run(program: ProgramName, worth: number, ...numbers: number[]): void {
    if (worth < 1) this.#pool.runAlone(program, ...numbers);
    else this.#pool.run(program, ...numbers);
  }
}

/** As `StateZoneout` reads them; six of 0 for none. A threshold of 0 stands for the expectation. */
function zoneoutNumbers(zoneout: Zoneout | null | undefined): number[] {
  if (!zoneout) return new Array(ZONEOUT_NUMBERS).fill(0);
  const { made, room, mask, rate } = zoneout;
  const [key0, key1] = mask?.keys ?? [0, 0];
  return [made?.byteOffset ?? 0, room.byteOffset, key0, key1, mask?.threshold ?? 0, rate];
}

function maskNumbers({ keys, threshold, scale }: Mask): MaskNumbers {
  return [...keys, threshold, scale];
}

function checkThreads(threads: number): number {
  if (Number.isInteger(threads) && threads >= 1 && threads <= MOST_THREADS) return threads;
  throw new UnrolledError(
    'option-value',
    `wasm: threads is ${threads}; it must be a whole number from 1 to ${MOST_THREADS}.`,
  );
}
