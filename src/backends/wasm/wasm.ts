import { UnrolledError } from '../../errors.ts';
import { Arena, type Memory } from '../../tensor/arena.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { type Backend, type GemmOptions, gemmSizes, outOfTable } from '../backend.ts';
import type { Kernels } from './kernels.ts';
import { instantiateKernels, type Simd } from './module.ts';

const PAGE = 65536;

class WasmMemory implements Memory {
  readonly memory: WebAssembly.Memory = new WebAssembly.Memory({ initial: 1 });

  get buffer(): ArrayBufferLike {
    return this.memory.buffer;
  }

  ensure(bytes: number): void {
    const missing = Math.ceil((bytes - this.buffer.byteLength) / PAGE);
    if (missing <= 0) return;
    try {
      this.memory.grow(missing);
    } catch {
      const gigabytes = (bytes / 2 ** 30).toFixed(1);
      throw new UnrolledError(
        `wasm: the model needs ${gigabytes} GiB; a WebAssembly memory holds up to 4 GiB and this machine gave less. ` +
          'Use a smaller vocabulary, hidden size, batch or time.',
      );
    }
  }
}

/** float32, 128-bit SIMD, on one thread: runs wherever WebAssembly does. */
export class WasmBackend implements Backend {
  readonly name = 'wasm';
  readonly simd: Simd;
  readonly arena: Arena;
  readonly #kernels: Kernels;
  /** Packed panels of gemm. */
  readonly #scratch: Tensor;

  private constructor(memory: WasmMemory, kernels: Kernels, simd: Simd) {
    this.simd = simd;
    this.arena = new Arena(memory, 'float32');
    this.#kernels = kernels;
    this.#scratch = this.arena.tensor([kernels.gemmScratchBytes() / 4]);
  }

  /** @param simd which of the two modules; by default `relaxed` where the engine knows it */
  static async open(simd?: Simd): Promise<WasmBackend> {
    const memory = new WasmMemory();
    const module = await instantiateKernels(memory.memory, simd);
    return new WasmBackend(memory, module.kernels, module.simd);
  }

  get description(): string {
    return `wasm, float32, ${this.simd} SIMD, 1 thread`;
  }

  fill(out: Tensor, value: number): void {
    this.#kernels.fill(out.byteOffset, value, out.size);
  }

  copy(out: Tensor, x: Tensor): void {
    this.#kernels.copy(out.byteOffset, x.byteOffset, 4 * x.size);
  }

  gemm(out: Tensor, a: Tensor, b: Tensor, options: GemmOptions = {}): void {
    const [M, N, K] = gemmSizes(out, a, b, options);
    const { transposeA = false, transposeB = false, accumulate = false } = options;
    this.#kernels.gemm(
      out.byteOffset,
      N,
      a.byteOffset,
      transposeA ? M : K,
      b.byteOffset,
      transposeB ? K : N,
      M,
      N,
      K,
      transposeA,
      transposeB,
      accumulate,
      this.#scratch.byteOffset,
    );
  }

  transpose(out: Tensor, a: Tensor): void {
    this.#kernels.transpose(out.byteOffset, a.byteOffset, a.shape[0], a.shape[1]);
  }

  broadcastRows(out: Tensor, b: Tensor): void {
    this.#kernels.broadcastRows(out.byteOffset, b.byteOffset, out.shape[0], b.size);
  }

  sumRows(out: Tensor, x: Tensor): void {
    this.#kernels.sumRows(out.byteOffset, x.byteOffset, x.shape[0], out.size);
  }

  tanh(out: Tensor, x: Tensor): void {
    this.#kernels.tanhForward(out.byteOffset, x.byteOffset, x.size);
  }

  tanhBackward(dt: Tensor, h: Tensor, dh: Tensor, dhNext: Tensor | null): void {
    this.#kernels.tanhBackward(dt.byteOffset, h.byteOffset, dh.byteOffset, dhNext?.byteOffset ?? 0, dt.size);
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

  softmaxWithLoss(
    dxs: Tensor | null,
    losses: Tensor,
    total: Tensor,
    xs: Tensor,
    ts: Tensor,
    ignored: number,
  ): void {
    const [M, V] = xs.shape;
    const bad = this.#kernels.softmaxWithLoss(
      dxs?.byteOffset ?? 0,
      losses.byteOffset,
      total.byteOffset,
      xs.byteOffset,
      ts.byteOffset,
      M,
      V,
      ignored,
    );
    if (bad >= 0) throw outOfTable('softmaxWithLoss', ts.view()[bad], bad, V);
  }

  addSumOfSquares(total: Tensor, x: Tensor): void {
    this.#kernels.addSumOfSquares(total.byteOffset, x.byteOffset, x.size);
  }

  scale(x: Tensor, a: number): void {
    this.#kernels.scale(x.byteOffset, a, x.size);
  }

  addScaled(y: Tensor, a: number, x: Tensor): void {
    this.#kernels.addScaled(y.byteOffset, a, x.byteOffset, x.size);
  }
}
