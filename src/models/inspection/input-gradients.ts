import { UnrolledError } from '../../errors.ts';
import { optionsOf } from '../../kinds.ts';
import type { TensorView } from '../../tensor/tensor.ts';
import type { RecurrentLM } from '../recurrent-lm.ts';
import { type GradientOptions, type LayerGradients, lossGradients } from './loss-gradients.ts';

/** The gradient of one prediction w.r.t. the embeddings of the tokens before it. */
export interface InputGradients {
  /** log p(token | ids), in nats. */
  readonly logProbability: number;
  /** (T, D) The gradient w.r.t. the embedding of each token. */
  readonly gradients: TensorView;
  /** (T, D) The embedding of each token. */
  readonly embeddings: TensorView;
  /** (T) The norm of each gradient. */
  readonly norms: Float64Array;
  /** (T) gradient · embedding of each token: how much log p changes, to first order, if the embedding grows in proportion. */
  readonly products: Float64Array;
  /** The gradients of log p w.r.t. the states of the recurrent layers, from bottom to top. */
  readonly layers: readonly LayerGradients[];
}

/**
 * The gradient of log p(token | ids) w.r.t. the embedding of each of the ids: how much each earlier token matters for a prediction
 * (Simonyan et al. 2014; for recurrent networks Li et al. 2016). The model does not change. See `lossGradients`.
 *
 * @param ids (T) the text before the prediction
 * @param token the id of the predicted token
 * @throws {UnrolledError} code `text-empty` for no ids; `id-range` for an unknown id; `shape` and `state-foreign` as `lossGradients`
 */
export async function inputGradients(
  model: RecurrentLM,
  ids: Int32Array,
  token: number,
  options: GradientOptions = {},
): Promise<InputGradients> {
  optionsOf('inputGradients', options);
  if (ids?.length === 0) {
    throw new UnrolledError(
      'text-empty',
      'inputGradients: got no ids; it needs at least one. Encode some text.',
    );
  }
  if (token === -1) {
    const { vocabSize } = model.config;
    throw new UnrolledError(
      'id-range',
      `inputGradients: the token is −1; it must be from 0 to ${vocabSize - 1}. Pass the id of the predicted token.`,
    );
  }
  const targets = new Int32Array(ids.length).fill(-1);
  targets[ids.length - 1] = token;
  const { loss, inputs, embeddings, layers } = await lossGradients(model, ids, targets, options);
  const gradients = negated(inputs);
  const width = gradients.length / ids.length;
  return {
    logProbability: -loss,
    gradients,
    embeddings,
    norms: rowNorms(gradients, width),
    products: rowProducts(gradients, embeddings, width),
    layers: layers.map(({ width, h, c, start }) => ({
      width,
      h: negated(h),
      c: c && negated(c),
      start: { h: negated(start.h), c: start.c && negated(start.c) },
    })),
  };
}

/** The loss is −log p. */
function negated(numbers: TensorView): TensorView {
  return numbers.map((number) => -number);
}

/**
 * The Euclidean norm of each row of a matrix (M, width), given in row-major order.
 * @throws {UnrolledError} code `shape` unless the numbers fill whole rows
 */
export function rowNorms(numbers: TensorView, width: number): Float64Array {
  if (!Number.isInteger(numbers.length / width)) {
    throw new UnrolledError(
      'shape',
      `rowNorms: got ${numbers.length} numbers for rows of ${width}; it needs a multiple of ${width}.`,
    );
  }
  return rowProducts(numbers, numbers, width).map(Math.sqrt);
}

/** The dot product of each row of a matrix a (M, width) with the same row of b. */
function rowProducts(a: TensorView, b: TensorView, width: number): Float64Array {
  const products = new Float64Array(a.length / width);
  for (let i = 0; i < a.length; i++) products[Math.floor(i / width)] += a[i] * b[i];
  return products;
}
