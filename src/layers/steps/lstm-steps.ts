import type { Backend } from '../../backends/backend.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { Workspace } from '../../tensor/workspace.ts';
import { expectGates, type Param, workspaceOf } from '../layer.ts';
import type { MemoryBlock, MemorySteps } from './memory-steps.ts';

/**
 * The steps of an LSTM or CIFG. x·Wx, dWx, dWh and dxs are each one product for the whole block; only h·Wh is computed step
 * by step.
 * Memory: G·T·N·H for the gradient of the gates, N·T·D for dxs, G·H² for Whᵀ.
 */
export class LSTMSteps implements MemorySteps {
  readonly params: readonly [Wx: Param, Wh: Param, b: Param];
  readonly #backend: Backend;
  readonly #space: Workspace;

  /**
   * @param G 4 for f, g, i, o; 3 for f, g, o
   * @throws {UnrolledError} code `shape` unless the shapes of the weights agree
   */
  constructor(where: string, G: 3 | 4, backend: Backend, Wx: Param, Wh: Param, b: Param) {
    this.params = [Wx, Wh, b];
    this.#backend = backend;
    this.#space = workspaceOf(where, backend, this.params);
    expectGates(where, G, this.params);
  }

  forward({ xs, loop }: MemoryBlock): void {
    const [Wx, Wh, b] = this.params;
    this.#backend.broadcastRows(loop.gates.rows(), b.value);
    this.#backend.gemm(loop.gates.rows(), xs.rows(), Wx.value, { accumulate: true });
    this.#backend.lstmForward(loop, Wh.value); // h₋·Wh, the gates, c and h
  }

  backward({ dh, dc }: { dh: Tensor; dc: Tensor }, dhs: Tensor, { xs, hBefore, loop }: MemoryBlock): Tensor {
    const [Wx, Wh, b] = this.params;
    const dgates = this.#space.sequence('dgates', loop.gates.shape);
    const dxs = this.#space.sequence('dxs', xs.shape);
    const WhT = this.#space.tensor('WhT', [b.value.size, Wh.value.shape[0]]);
    this.#backend.transpose(WhT, Wh.value);
    this.#backend.lstmBackward({ dgates, dh, dc }, dhs, loop, WhT);
    this.#backend.gemm(Wx.grad, xs.rows(), dgates.rows(), { transposeA: true });
    this.#backend.gemm(Wh.grad, hBefore, dgates.rows(), { transposeA: true });
    this.#backend.sumRows(b.grad, dgates.rows());
    this.#backend.gemm(dxs.rows(), dgates.rows(), Wx.value, { transposeB: true });
    return dxs;
  }
}
