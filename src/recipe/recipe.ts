import type { BackendName } from '../backends/names.ts';
import type { ItemSplit } from '../data/items/item-split.ts';
import type { NormalForm } from '../data/texts/normal-form.ts';
import type { RecurrentConfig } from '../models/config.ts';

/** Names of the optimizers. */
export const optimizerNames = [
  'sgd',
  'momentum',
  'nesterov',
  'adagrad',
  'rmsprop',
  'adam',
  'adamw',
  'muon',
] as const;
/** Names of the optimizers that `muon` can leave the parameters to that are not matrices of recurrent layers. */
export const otherOptimizerNames = ['sgd', 'adagrad', 'rmsprop', 'adam', 'adamw'] as const;
/** Names of the learning rate schedules. */
export const scheduleNames = ['constant', 'decay', 'step', 'plateau', 'cosine', 'one-cycle'] as const;
/** Names of the weight averages. */
export const averageNames = ['ema', 'nt-asgd'] as const;
/** Reactions to divergence. */
export const divergenceNames = ['stop', 'rollback'] as const;

/** Kinds of tokens. `auto` resolves to `word` when the text looks tokenised, else to `bpe`. */
export const tokenNames = ['word', 'char', 'byte', 'bpe', 'auto'] as const;

/** Initial values of the output bias. */
export const outputBiasNames = ['zero', 'unigram'] as const;
/** Initial embeddings. */
export const embeddingInitNames = ['random', 'cooccurrence'] as const;

/** A kind of tokens. */
export type TokenName = (typeof tokenNames)[number];
/** The name of an optimizer. */
export type OptimizerName = (typeof optimizerNames)[number];
/** The name of an optimizer beside `muon`. */
export type OtherOptimizerName = (typeof otherOptimizerNames)[number];
/** The name of a learning rate schedule. */
export type ScheduleName = (typeof scheduleNames)[number];
/** The name of a weight average. */
export type AverageName = (typeof averageNames)[number];
/** An initial value of the output bias. */
export type OutputBiasName = (typeof outputBiasNames)[number];
/** An initial embedding. */
export type EmbeddingInitName = (typeof embeddingInitNames)[number];
/** A reaction to divergence. */
export type DivergenceName = (typeof divergenceNames)[number];

/** Settings of the texts and their tokens. */
export type TextSettings = {
  /** The kind of tokens. */
  readonly tokens: TokenName;
  /** Unicode normalisation form applied to the texts; null for none. */
  readonly normalize?: NormalForm | null;
  /** Vocabulary size: the number of most frequent tokens, '<unk>' included; null for all. With `bpe`, the number of pieces. */
  readonly vocabSize: number | null;
  /** How the texts are split into independent items; null for continuous text. */
  readonly items?: ItemSplit | null;
  /** With items: whether malformed lines or rows are skipped and counted. */
  readonly skipBad?: boolean;
  /** Maximum length of the training text, in tokens; null for no maximum. */
  readonly maxTokens: number | null;
  /** Fraction of the training text, or of its items, held out for validation when no validation text is given; null for none. */
  readonly validFraction: number | null;
};

/** Settings of the model and its regularisation. */
export type ModelSettings = {
  /** The recurrent cell. */
  readonly cell: RecurrentConfig['cell'];
  /** GRU: apply the reset gate after the product with Whh, as PyTorch does. */
  readonly resetAfter?: boolean;
  /** Weight tying: the output layer uses the embedding's weights. */
  readonly tied?: boolean;
  /** Initial bias of the forget gate. */
  readonly forgetBias?: number;
  /** Initial weights are uniform in [−initScale, initScale]; null for scaling by fan-in, as in the chapter. */
  readonly initScale?: number | null;
  /** Initial embedding: random, or vectors of the co-occurrence of tokens in the training text. Default `random`. */
  readonly initEmbedding?: EmbeddingInitName;
  /** Initial output bias: 0, or the log of the smoothed unigram probabilities of the training text. Default `zero`. */
  readonly outputBias?: OutputBiasName;
  /** Dropout probability of the embeddings, between layers, and of the top layer's output. */
  readonly dropout?: number;
  /** Locked (variational) dropout: one mask for all steps of a block. */
  readonly lockedDropout?: boolean;
  /** Embedding dropout: the probability that a token's embedding is zero throughout a block. */
  readonly wordDropout?: number;
  /** DropConnect probability of the recurrent weights. */
  readonly weightDrop?: number;
  /** Zoneout: the probability that a unit of h keeps its previous value. */
  readonly zoneout?: number;
  /** Zoneout probability of an LSTM's cell state c. */
  readonly zoneoutCell?: number;
  /** Number of rounds of a Mogrifier LSTM, in which input and state modulate each other. */
  readonly mogrifierRounds?: number;
  /** Rank of a Mogrifier LSTM's matrices Q and R. */
  readonly mogrifierRank?: number;
  /** Factor of activation regularisation (AR). */
  readonly ar?: number;
  /** Factor of temporal activation regularisation (TAR). */
  readonly tar?: number;
  /** Sampled softmax: number of candidate tokens of the training loss; null for the full softmax. */
  readonly sampledSoftmax?: number | null;
  /** Fraction of the training steps after which the full softmax replaces the sampled one; default: it never does. */
  readonly fullSoftmaxFrom?: number;
  /** Number of recurrent layers. */
  readonly layers: number;
  /** D: the embedding size. */
  readonly wordvec: number;
  /** H: the hidden size. */
  readonly hidden: number;
};

/** Settings of training. */
export type TrainingSettings = {
  /** N: the batch size, in streams. */
  readonly batch: number;
  /** T: the block length (TBPTT length), in steps. */
  readonly time: number;
  /** Whether block lengths vary randomly around T. */
  readonly randomTime?: boolean;
  /** At the end of an epoch: `wrap` reads on from where each stream is, around the end of the text; `cut` restarts the streams. */
  readonly streams: 'wrap' | 'cut';
  /** Whether the state is carried from block to block. */
  readonly stateful: boolean;
  /** The optimizer. */
  readonly optimizer: OptimizerName;
  /** With `muon`: the optimizer of all parameters except the matrices of recurrent layers. Default `sgd`. */
  readonly otherOptimizer?: OtherOptimizerName;
  /** Learning rate of `otherOptimizer`, which follows the schedule as well. Default: 30 for `sgd`, 0.01 for `adagrad` and `rmsprop`, else 0.001. */
  readonly otherLr?: number;
  /** Momentum of `momentum`, `nesterov` and `muon`; null for the default, 0.9 or, for `muon`, 0.95. */
  readonly momentum: number | null;
  /** L2 penalty; with `adamw`, decoupled weight decay. */
  readonly weightDecay: number;
  /** The weight average that is evaluated and saved in place of the weights; null for none. */
  readonly average: AverageName | null;
  /** Learning rate. */
  readonly lr: number;
  /** Learning rate schedule. */
  readonly schedule: ScheduleName;
  /** Decay factor of `decay`, `step` and `plateau`. */
  readonly lrDecay: number;
  /** `decay`: epochs at the initial rate; `step`: epochs between decays. */
  readonly decayAfter: number;
  /** Steps of linear warm-up. */
  readonly warmup: number;
  /** Maximum global gradient norm; null or 0 for no clipping. */
  readonly clip: number | null;
  /** Number of epochs. */
  readonly epochs: number;
  /** Maximum number of optimizer steps; it determines `epochs`. */
  readonly maxSteps?: number;
  /** Lengths that were planned before `maxSteps`, each with the step until which it was: `4200:420,5800:2600`. */
  readonly planned?: string;
  /** What to do when a loss, gradient norm or weight is not finite. Default `stop`. */
  readonly onDivergence?: DivergenceName;
  /** Early stopping: stops after this many epochs without a better validation perplexity. Default: off. */
  readonly patience?: number;
};

/** Settings of random numbers and hardware. */
export type MachineSettings = {
  /** Seed of all random numbers, an integer from 0 to 2³² − 1. */
  readonly seed: number;
  /** The backend that computes. */
  readonly backend: BackendName;
};

/** All settings that determine the result of training on a text; stored in the model file. */
export type Recipe = TextSettings & ModelSettings & TrainingSettings & MachineSettings;
