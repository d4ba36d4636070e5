import type { Backend } from '../../backends/backend.ts';
import { UnrolledError } from '../../errors.ts';
import { optionsOf } from '../../kinds.ts';
import type { Mask } from '../../tensor/mask.ts';
import { checkMasks, type MaskSource, type MaskStream } from '../../tensor/mask-source.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { Workspace } from '../../tensor/workspace.ts';
import { expectShape, expectTargets, type Layer, workspaceOf } from '../layer.ts';

/**
 * Embedding dropout: drops whole words of a block, each at all its positions (Merity et al. 2018, §4.3).
 *
 * It is applied to the output of a `TimeEmbedding`: zeroing the embeddings of a word has the same effect on output and
 * gradient as zeroing its row of W, and costs N·T·D instead of V·D. Memory: 2·N·T·D.
 */
export class EmbeddingDropout implements Layer {
  /** None: the layer has no parameters. */
  readonly params: readonly [] = [];
  /** The probability that a word is dropped. */
  readonly rate: number;
  readonly #backend: Backend;
  readonly #space: Workspace;
  readonly #stream: MaskStream;
  #block: { ids: Tensor; mask: Mask | null } | null = null;

  /**
   * @param options `rate`: the probability that a word is dropped; the other embeddings are multiplied by 1/(1 − rate)
   * @throws {UnrolledError} code `option-value` unless the rate is from 0 to below 1
   */
  constructor(backend: Backend, masks: MaskSource, options: { rate: number }) {
    const { rate } = optionsOf('EmbeddingDropout', options, 'Pass { rate }.');
    checkMasks('EmbeddingDropout', masks);
    this.rate = rate;
    this.#backend = backend;
    this.#space = workspaceOf('EmbeddingDropout', backend);
    this.#stream = masks.stream('EmbeddingDropout', rate);
  }

  /**
   * The embeddings xs (N, T, D) of ids (N, T) → (N, T, D). ids must stay unchanged until `backward`.
   * @throws {UnrolledError} code `shape` unless ids has the N and T of xs
   */
  forward(xs: Tensor, ids: Tensor): Tensor {
    expectTargets('EmbeddingDropout', xs, ids, 'ids');
    const mask = this.#stream();
    this.#block = { ids, mask };
    return mask ? this.#drop('out', xs, ids, mask) : xs;
  }

  /**
   * dout (N, T, D) → dxs (N, T, D), with the mask of the last `forward`.
   * @throws {UnrolledError} code `call-order` before `forward`; `shape` unless dout has the shape of the output
   */
  backward(dout: Tensor): Tensor {
    if (!this.#block) {
      throw new UnrolledError(
        'call-order',
        'EmbeddingDropout: backward came before forward; call forward first.',
      );
    }
    const { ids, mask } = this.#block;
    expectShape('EmbeddingDropout', 'dout', dout, 'N, T, D', [...ids.shape, dout.shape[2]]);
    return mask ? this.#drop('dxs', dout, ids, mask) : dout;
  }

  #drop(name: string, xs: Tensor, ids: Tensor, mask: Mask): Tensor {
    const out = this.#space.sequence(name, xs.shape);
    this.#backend.dropoutRows(out, xs, ids, mask);
    return out;
  }
}
