import type { Backend } from '../backends/backend.ts';
import type { Param } from '../layers/layer.ts';
import { ActivationPenalty } from '../layers/regularisation/activation-penalty.ts';
import { EmbeddingDropout } from '../layers/regularisation/embedding-dropout.ts';
import { TemporalPenalty } from '../layers/regularisation/temporal-penalty.ts';
import { WeightDrop } from '../layers/regularisation/weight-drop.ts';
import { TimeDropout } from '../layers/time/dropout.ts';
import { MaskSource } from '../tensor/mask-source.ts';

/** Regularisation against overfitting, applied in training only. Defaults: 0. */
export interface Regularisation {
  /** Dropout probability of the embeddings, between the layers and of the top states, as in the book. */
  readonly dropout?: number;
  /** One dropout mask for all steps of a block (Gal and Ghahramani 2016). Default false. */
  readonly locked?: boolean;
  /** The probability that a word is dropped from a block, at all its positions (Merity et al. 2018). */
  readonly wordDropout?: number;
  /** Dropout probability of each Wh, one mask a block (Merity et al. 2018). */
  readonly weightDrop?: number;
  /** AR: α, the factor of the mean square of the top states after dropout; 2 in the AWD-LSTM. */
  readonly ar?: number;
  /** TAR: β, the factor of the mean square of their changes from step to step; 1 in the AWD-LSTM. */
  readonly tar?: number;
  /** The seed of the masks: an integer from 0 to 2³² − 1. Default 1. */
  readonly maskSeed?: number;
}

/** The layers of a `Regularisation` in a model, with one source of masks. */
export class Regularisers {
  readonly masks: MaskSource;
  readonly words: EmbeddingDropout;
  /** Before each recurrent layer, from the bottom, and after the top one. */
  readonly dropouts: readonly TimeDropout[];
  /** Of the top states. */
  readonly ar: ActivationPenalty | null;
  readonly tar: TemporalPenalty | null;
  /** Of each layer's Wh, from the bottom; none where the cell has no Wh. */
  readonly weights: readonly WeightDrop[];

  /**
   * @param layers the number of recurrent layers
   * @param Whs their recurrent weights, or none
   * @throws when a rate is not from 0 to below 1, a penalty below 0, or the seed not from 0 to 2³² − 1
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
