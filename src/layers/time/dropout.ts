import type { Backend } from '../../backends/backend.ts';
import { UnrolledError } from '../../errors.ts';
import { optionsOf } from '../../kinds.ts';
import type { Mask } from '../../tensor/mask.ts';
import { checkMasks, type MaskSource, type MaskStream } from '../../tensor/mask-source.ts';
import { formatShape, type Shape } from '../../tensor/shape.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { Workspace } from '../../tensor/workspace.ts';
import { expectShape, type Layer, workspaceOf } from '../layer.ts';

/** Options of `TimeDropout`. */
export interface TimeDropoutOptions {
  /** The dropout probability, from 0 to below 1. */
  rate: number;
  /**
   * One mask (N, D) for all T steps of a block (variational dropout, Gal and Ghahramani 2016), instead
   * of one for each step (Srivastava et al. 2014). Default false, as in the chapter.
   */
  locked?: boolean;
}

/**
 * Dropout: zeroes elements at random and multiplies the others by 1/(1 − rate): xs (N, T, D) → (N, T, D).
 *
 * In evaluation, and at rate 0, it returns xs itself.
 * Memory: 2·N·T·D; the mask needs none.
 */
export class TimeDropout implements Layer {
  /** None: the layer has no parameters. */
  readonly params: readonly [] = [];
  /** The dropout probability. */
  readonly rate: number;
  /** Whether all T steps of a block share one mask. */
  readonly locked: boolean;
  readonly #backend: Backend;
  readonly #space: Workspace;
  readonly #stream: MaskStream;
  #block: { shape: Shape; mask: Mask | null } | null = null;

  /** @throws {UnrolledError} code `option-value` unless the rate is from 0 to below 1 */
  constructor(backend: Backend, masks: MaskSource, options: TimeDropoutOptions) {
    const { rate, locked = false } = optionsOf('TimeDropout', options, 'Pass { rate }.');
    checkMasks('TimeDropout', masks);
    this.rate = rate;
    this.locked = locked;
    this.#backend = backend;
    this.#space = workspaceOf('TimeDropout', backend);
    this.#stream = masks.stream('TimeDropout', rate);
  }

  /**
   * xs (N, T, D) → (N, T, D), with the mask of the current block.
   * @throws {UnrolledError} code `shape` unless xs is a sequence
   */
  forward(xs: Tensor): Tensor {
    if (xs.order !== 'time') {
      throw new UnrolledError(
        'shape',
        `TimeDropout: xs is ${formatShape(xs.shape)}, in rows; it must be a sequence (N, T, D). ` +
          'Make it with arena.sequence().',
      );
    }
    const mask = this.#stream();
    this.#block = { shape: xs.shape, mask };
    return mask ? this.#drop('out', xs, mask) : xs;
  }

  /**
   * dout (N, T, D) → dxs (N, T, D), with the mask of the last `forward`.
   * @throws {UnrolledError} code `call-order` before `forward`; `shape` unless dout has the shape of the output
   */
  backward(dout: Tensor): Tensor {
    if (!this.#block)
      throw new UnrolledError('call-order', 'TimeDropout: backward came before forward; call forward first.');
    const { shape, mask } = this.#block;
    expectShape('TimeDropout', 'dout', dout, 'N, T, D', shape);
    return mask ? this.#drop('dxs', dout, mask) : dout;
  }

  #drop(name: string, xs: Tensor, mask: Mask): Tensor {
    const out = this.#space.sequence(name, xs.shape);
    const [N, T] = xs.shape;
    const D = xs.size / (N * T);
    const { first, of } = mask.streams ?? { first: 0, of: N };
    if (this.locked) this.#backend.dropout(out, xs, mask, N * D, first * D);
    else if (N === of) this.#backend.dropout(out, xs, mask);
    else
      for (let t = 0; t < T; t++) {
        this.#backend.dropout(out.step(t), xs.step(t), mask, N * D, (t * of + first) * D);
      }
    return out;
  }
}
