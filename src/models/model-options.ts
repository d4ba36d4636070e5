import { UnrolledError } from '../errors.ts';
import type { SampledLossOptions } from '../layers/time/sampled-affine-with-loss.ts';
import { cells, cellsWith } from './cells.ts';
import type { RecurrentConfig } from './config.ts';
import type { Regularisation } from './regularisation.ts';

export interface InitOptions {
  /**
   * The initial bias of the forget gate of an LSTM or minLSTM; with a minus, that of z of a minGRU. Default
   * 0, as in the book; 1 lets the cell remember from the start (Gers et al. 2000, Jozefowicz et al. 2015).
   */
  forgetBias?: number;
  /**
   * Draws all weights uniformly from −scale to scale, as Zaremba et al. 2014 do, with 0.1 for their small
   * model. Default: from normal distributions, scaled by fan-in, as in the chapter.
   */
  scale?: number;
}

/** Initialisation, regularisation and the training loss of a model. */
export interface ModelOptions extends InitOptions, Regularisation {
  /**
   * K: computes the training loss over K tokens, a block's targets and others that are drawn for it. For a
   * tied model with a large vocabulary; with V ≤ K, and in evaluation, the softmax is the full one. Default:
   * the full softmax.
   */
  readonly sampledSoftmax?: SampledLossOptions;
  /**
   * The ids of the unknown token, `vocabulary.unknownIds`: generation leaves them out unless `allowUnknown`. A
   * model of a file has those of the file. Default: none.
   */
  readonly unknownIds?: readonly number[];
}

/**
 * Throws unless a model of this config takes these options. Rates and penalties are checked where they are
 * used.
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
      `a forget gate: ${cellsWith((other) => other.forgetBias !== null)}. Leave it out, or take lstm.`,
  );
}

function checkWeightDrop({ cell }: RecurrentConfig, { weightDrop = 0 }: Regularisation): void {
  if (weightDrop === 0 || cells[cell].recurrentWeight) return;
  throw new UnrolledError(
    'option-conflict',
    `RecurrentLM: weightDrop is ${weightDrop}, cell is "${cell}", which has no recurrent weights to drop. ` +
      'Leave it out, or take dropout.',
  );
}

function checkSample({ tied }: RecurrentConfig, { sampledSoftmax }: ModelOptions): void {
  if (!sampledSoftmax || tied) return;
  throw new UnrolledError(
    'option-conflict',
    'RecurrentLM: sampledSoftmax takes rows of the one table of words of a tied model, and this one is not tied. ' +
      'Leave it out, or tie the model.',
  );
}
