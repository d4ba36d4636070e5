import type { Backend } from '../../backends/backend.ts';
import { UnrolledError } from '../../errors.ts';
import { optionsOf } from '../../kinds.ts';
import { formatShape } from '../../tensor/shape.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { Workspace } from '../../tensor/workspace.ts';
import { clearGradient, expectShape, type Layer, type Param, workspaceOf } from '../layer.ts';

/** Options of `TimeEmbedding`. */
export interface EmbeddingOptions {
  /**
   * Add the gradient to W.grad instead of overwriting it, once per forward. For a W that is tied to another layer, which
   * writes its gradient first. Default false.
   */
  accumulate?: boolean;
}

/** Looks up a row of W (V, D) for each id: xs (N, T) of int32 → (N, T, D). */
export class TimeEmbedding implements Layer {
  /** The learned parameters, in the order of the constructor. */
  readonly params: readonly [W: Param];
  readonly #backend: Backend;
  readonly #space: Workspace;
  readonly #accumulate: boolean;
  #xs: Tensor | null = null;

  /** @throws {UnrolledError} code `option-value` for a wrong type of argument; `option-conflict` for parameters of another backend */
  constructor(backend: Backend, W: Param, options: EmbeddingOptions = {}) {
    optionsOf('TimeEmbedding', options);
    this.params = [W];
    this.#accumulate = options.accumulate ?? false;
    this.#backend = backend;
    this.#space = workspaceOf('TimeEmbedding', backend, this.params);
  }

  /**
   * xs (N, T), ids from 0 to V − 1 → (N, T, D).
   * @throws {UnrolledError} code `shape` unless xs is a sequence of int32; `id-range` for another id, if the backend detects it
   */
  forward(xs: Tensor): Tensor {
    if (xs.order !== 'time' || xs.shape.length !== 2 || xs.type !== 'int32') {
      throw new UnrolledError(
        'shape',
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

  /**
   * dout (N, T, D): the gradients of equal ids are summed. dW is 0 except in the rows of the ids that occur. `W.rows`
   * lists these rows; neither this method nor the update touches the others.
   * @throws {UnrolledError} code `call-order` before `forward`; `shape` unless dout has the shape of the output
   */
  backward(dout: Tensor): void {
    const xs = this.#xs;
    if (!xs)
      throw new UnrolledError(
        'call-order',
        'TimeEmbedding: backward came before forward; call forward first.',
      );
    const [W] = this.params;
    expectShape('TimeEmbedding', 'dout', dout, 'N, T, D', [...xs.shape, W.value.shape[1]]);
    if (this.#accumulate) {
      this.#xs = null;
      if (W.rows) this.#listRows([W.rows, xs]);
    } else {
      clearGradient(this.#backend, W);
      this.#listRows([xs]);
    }
    this.#backend.scatterAddRows(W.grad, xs, dout.rows());
  }

  /** Sets `W.rows` to the unique ids of the lists. */
  #listRows(lists: readonly Tensor[]): void {
    const [W] = this.params;
    const ids = this.#space.tensor('ids', [lists.reduce((sum, { size }) => sum + size, 0)], 'int32');
    let end = 0;
    for (const list of lists) {
      this.#backend.copy(ids.part([list.size], end), list);
      end += list.size;
    }
    W.rows = this.#space.tensor('rows', ids.shape, 'int32');
    this.#backend.uniqueIds(W.rows, ids, this.#space.tensor('marks', [W.value.shape[0]], 'int32'));
  }
}
