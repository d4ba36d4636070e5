import type { LSTMBlock } from '../../backends/backend.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { Param } from '../layer.ts';

/** The forward pass of a block, for backward. */
export interface MemoryBlock {
  /** (N, T, D) The input. */
  readonly xs: Tensor;
  /** (T·N, H) h before each step. */
  readonly hBefore: Tensor;
  /** Gates, h and c of each step. */
  readonly loop: LSTMBlock;
}

/**
 * The computation of T steps of a cell with a cell state c in addition to h. Layers add the states, and what is carried;
 * a one-step cell uses it with T = 1.
 */
export interface MemorySteps {
  /** The learned parameters, in the order of the layer's constructor. */
  readonly params: readonly [Wx: Param, Wh: Param, b: Param, ...others: Param[]];
  /** The steps over xs, from `hStart` and `cStart` of the loop: writes its gates, hs and cs. */
  forward(block: MemoryBlock): void;
  /**
   * The backward pass, from the last step to the first: writes the gradients of the parameters. dh and dc (N, H) hold the
   * gradients w.r.t. the last states, then those w.r.t. `hStart` and `cStart`.
   * @returns dxs (N, T, D)
   */
  backward(states: { readonly dh: Tensor; readonly dc: Tensor }, dhs: Tensor, block: MemoryBlock): Tensor;
}
