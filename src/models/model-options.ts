import { UnrolledError } from '../errors.ts';
import { checkCount } from '../kinds.ts';
import type { SampledLossOptions } from '../layers/time/sampled-affine-with-loss.ts';
import { cells, cellsWith } from './cells.ts';
import type { RecurrentConfig } from './config.ts';
import type { Regularisation } from './regularisation.ts';

/** Options of the initial weights. */
export interface InitOptions {
  /**
   * The initial bias of the forget gate of an LSTM or minLSTM; its negative is that of z of a minGRU. Default 0, as in the
   * book; with 1 the cell starts with open forget gates (Gers et al. 2000, Jozefowicz et al. 2015).
   */
  forgetBias?: number;
  /**
   * Draws all weights uniformly from −scale to scale, as in Zaremba et al. 2014, who use 0.1 for their small model. Default:
   * normal distributions scaled by fan-in, as in the chapter.
   */
  scale?: number;
}

/** Options of a model's sampled softmax. */
export interface SampledSoftmaxOptions extends SampledLossOptions {
  /** Number of training steps that use the sample; later ones use the full softmax. Default: all. */
  readonly steps?: number;
}

/** Initialisation, regularisation and the training loss of a model. */
export interface ModelOptions extends InitOptions, Regularisation {
  /**
   * Sampled softmax: computes the training loss over K tokens, the targets of a block and randomly sampled others. For tied
   * models with a large vocabulary. Evaluation, and training with V ≤ K, use the full softmax. Default: the full softmax.
   */
  readonly sampledSoftmax?: SampledSoftmaxOptions;
  /**
   * The ids of the unknown token, `vocabulary.unknownIds`. Generation excludes them unless `allowUnknown` is set. A model
   * from a file has the ids of the file. Default: none.
   */
  readonly unknownIds?: readonly number[];
}

/**
 * Throws unless these options are valid for this config. Rates and penalties are checked where they are used.
 */
export function checkOptions(config: RecurrentConfig, options: ModelOptions): void {
  checkInit(config, options);
  checkWeightDrop(config, options);
  checkSample(config, options);
}

function checkInit({ cell }: RecurrentConfig, { forgetBias, scale }: InitOptions): void {
  if (scale !== undefined && !(scale > 0 && Number.isFinite(scale))) {
    throw new UnrolledError(
      'option-value',
      `RecurrentLM: scale is ${scale}; it must be a positive number, for example 0.1.`,
    );
  }
  const forgets = cells[cell].forgetBias !== null;
  if (forgetBias === undefined || (forgets && Number.isFinite(forgetBias))) return;
  throw new UnrolledError(
    forgets ? 'option-value' : 'option-conflict',
    `RecurrentLM: forgetBias is ${forgetBias}, cell is "${cell}"; it must be a number, and needs a cell with ` +
      `a forget gate: ${cellsWith((other) => other.forgetBias !== null)}. Leave it out, or use lstm.`,
  );
}

function checkWeightDrop({ cell }: RecurrentConfig, { weightDrop = 0 }: Regularisation): void {
  if (weightDrop === 0 || cells[cell].recurrentWeight) return;
  throw new UnrolledError(
    'option-conflict',
    `RecurrentLM: weightDrop is ${weightDrop}, cell is "${cell}", which has no recurrent weights to drop. ` +
      'Leave it out, or use dropout.',
  );
}

function checkSample({ tied }: RecurrentConfig, { sampledSoftmax }: ModelOptions): void {
  const { steps } = sampledSoftmax ?? {};
  if (steps !== undefined) checkCount('RecurrentLM', { 'sampledSoftmax.steps': steps }, 0);
  if (!sampledSoftmax || tied) return;
  throw new UnrolledError(
    'option-conflict',
    'RecurrentLM: sampledSoftmax is set, tied is not; it needs tied embeddings. Leave it out, or set tied: true.',
  );
}
