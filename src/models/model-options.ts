import { UnrolledError } from '../errors.ts';
import type { SampledLossOptions } from '../layers/time/sampled-affine-with-loss.ts';
import { cells, cellsWith } from './cells.ts';
import type { RecurrentConfig } from './config.ts';
import type { Regularisation } from './regularisation.ts';

export interface InitOptions {
  /**
   * What the bias of the forget gate of an LSTM or minLSTM begins with; z of a minGRU, which forgets,
   * begins with minus it. Default 0, as in the book; 1 lets the cell remember from the start (Gers et
   * al. 2000, Jozefowicz et al. 2015).
   */
  forgetBias?: number;
  /**
   * Draws every weight evenly from −scale to scale, as Zaremba et al. 2014, whose small model has 0.1.
   * Default: as the chapter, each by its own deviation.
   */
  scale?: number;
}

/** How a model begins, and what training does to it beside learning. */
export interface ModelOptions extends InitOptions, Regularisation {
  /**
   * Measures the loss of training among so many tokens: a block's targets, and others that are drawn for it. For a
   * tied model with a large vocabulary; one of no more tokens is measured whole, as evaluation always is. Default: all.
   */
  readonly sampledSoftmax?: SampledLossOptions;
}

/** Throws unless a model of this config can have these options. Rates and penalties are checked where they are used. */
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
