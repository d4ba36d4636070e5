import type { Backend } from '../../backends/backend.ts';
import { UnrolledError } from '../../errors.ts';
import { formatShape } from '../../tensor/shape.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { Workspace } from '../../tensor/workspace.ts';
import type { Layer, Param } from '../layer.ts';

/** Looks up a row of W (V, D) for each id: xs (N, T) of int32 → (N, T, D). */
export class TimeEmbedding implements Layer {
  readonly params: readonly [W: Param];
  readonly #backend: Backend;
  readonly #space: Workspace;
  #xs: Tensor | null = null;

  constructor(backend: Backend, W: Param) {
    this.params = [W];
    this.#backend = backend;
    this.#space = new Workspace(backend.arena);
  }

  /** xs (N, T), ids from 0 to V − 1 → (N, T, D). Throws for an id outside. */
  forward(xs: Tensor): Tensor {
    if (xs.order !== 'time' || xs.shape.length !== 2 || xs.type !== 'int32') {
      throw new UnrolledError(
        `TimeEmbedding: xs is ${xs.type} ${formatShape(xs.shape)}; it must be a sequence of int32 ids (N, T). ` +
          "Make it with arena.sequence([N, T], 'int32').",
      );
    }
    const W = this.params[0].value;
    const [N, T] = xs.shape;
    const out = this.#space.sequence('out', [N, T, W.shape[1]]);
    this.#backend.gatherRows(out.rows(), W, xs);
    this.#xs = xs;
    return out;
  }

  /** dout (N, T, D): the gradients of equal ids add up. */
  backward(dout: Tensor): void {
    if (!this.#xs)
      throw new UnrolledError('TimeEmbedding: backward came before forward; call forward first.');
    const dW = this.params[0].grad;
    this.#backend.fill(dW, 0);
    this.#backend.scatterAddRows(dW, this.#xs, dout.rows());
  }
}
