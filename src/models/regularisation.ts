import type { Backend } from '../backends/backend.ts';
import type { Param } from '../layers/layer.ts';
import { ActivationPenalty } from '../layers/regularisation/activation-penalty.ts';
import { EmbeddingDropout } from '../layers/regularisation/embedding-dropout.ts';
import { TemporalPenalty } from '../layers/regularisation/temporal-penalty.ts';
import { WeightDrop } from '../layers/regularisation/weight-drop.ts';
import { TimeDropout } from '../layers/time/dropout.ts';
import { MaskSource } from '../tensor/mask-source.ts';

/** Regularisation, applied only in training. */
export interface Regularisation {
  /** The dropout probability of the embeddings, between the layers and of the top states, as in the book. Default 0. */
  readonly dropout?: number;
  /** Use one dropout mask for all steps of a block (Gal and Ghahramani 2016). Default false. */
  readonly locked?: boolean;
  /** The probability that a word is dropped from a block, at all its positions (Merity et al. 2018). Default 0. */
  readonly wordDropout?: number;
  /** The dropout probability of each Wh, with one mask per block (Merity et al. 2018). Default 0. */
  readonly weightDrop?: number;
  /** AR: α, the factor of the mean square of the top states after dropout; 2 in the AWD-LSTM. Default 0. */
  readonly ar?: number;
  /** TAR: β, the factor of the mean square of their changes from step to step; 1 in the AWD-LSTM. Default 0. */
  readonly tar?: number;
  /** The seed of the masks: an integer from 0 to 2³² − 1. Default 1. */
  readonly maskSeed?: number;
}

/** The regularisation layers of a model, with a common source of masks. */
export class Regularisers {
  readonly masks: MaskSource;
  readonly words: EmbeddingDropout;
  /** One before each recurrent layer, from bottom to top, and one after the top layer. */
  readonly dropouts: readonly TimeDropout[];
  /** The activation penalty of the top states. */
  readonly ar: ActivationPenalty | null;
  /** The temporal penalty of the top states. */
  readonly tar: TemporalPenalty | null;
  /** One for each layer's Wh, from bottom to top; empty if the cell has no Wh. */
  readonly weights: readonly WeightDrop[];

  /**
   * @param layers the number of recurrent layers
   * @param Whs their recurrent weights; empty if the cell has none
   * @throws for a rate that is not from 0 to below 1, a negative penalty, or a seed that is not from 0 to 2³² − 1
   */
  constructor(backend: Backend, layers: number, Whs: readonly Param[], options: Regularisation) {
    const { dropout = 0, locked = false, wordDropout = 0, weightDrop = 0, ar = 0, tar = 0 } = options;
    this.masks = new MaskSource(options.maskSeed ?? 1);
    this.masks.training = false;
    this.words = new EmbeddingDropout(backend, this.masks, { rate: wordDropout });
    this.dropouts = Array.from(
      { length: layers + 1 },
      () => new TimeDropout(backend, this.masks, { rate: dropout, locked }),
    );
    this.weights = Whs.map((Wh) => new WeightDrop(backend, this.masks, Wh, { rate: weightDrop }));
    this.ar = ar === 0 ? null : new ActivationPenalty(backend, ar);
    this.tar = tar === 0 ? null : new TemporalPenalty(backend, tar);
  }
}
