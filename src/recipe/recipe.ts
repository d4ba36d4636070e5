import type { BackendName } from '../backends/names.ts';
import type { ItemSplit } from '../data/items/item-split.ts';
import type { NormalForm } from '../data/texts/normal-form.ts';
import type { RecurrentConfig } from '../models/config.ts';

export const optimizerNames = ['sgd', 'momentum', 'nesterov', 'adagrad', 'rmsprop', 'adam', 'adamw'] as const;
export const scheduleNames = ['constant', 'decay', 'step', 'plateau', 'cosine', 'one-cycle'] as const;
export const averageNames = ['ema', 'nt-asgd'] as const;
export const divergenceNames = ['stop', 'rollback'] as const;

/** `auto`: words where the text looks tokenised, else `bpe`; a model file has the one that was chosen. */
export const tokenNames = ['word', 'char', 'byte', 'bpe', 'auto'] as const;

export type TokenName = (typeof tokenNames)[number];
export type OptimizerName = (typeof optimizerNames)[number];
export type ScheduleName = (typeof scheduleNames)[number];
export type AverageName = (typeof averageNames)[number];
export type DivergenceName = (typeof divergenceNames)[number];

/** What is read. */
export type TextSettings = {
  readonly tokens: TokenName;
  /** The Unicode normal form in which texts are read; null for texts as they are. */
  readonly normalize?: NormalForm | null;
  /** How many of the most frequent tokens have an id, '<unk>' among them; null for all. Of `bpe` how many tokens are learnt. */
  readonly vocabSize: number | null;
  /** How the texts are cut into items, each with a beginning and an end; null for endless text. */
  readonly items?: ItemSplit | null;
  /** Items: leaves out and counts lines or rows that can't be read. */
  readonly skipBad?: boolean;
  /** How much of the training text is used, in tokens; null for all. */
  readonly maxTokens: number | null;
  /** The fraction of the training text, or of its items, held out when there is no validation text; null for none. */
  readonly validFraction: number | null;
};

/** The model, and its regularisation. */
export type ModelSettings = {
  readonly cell: RecurrentConfig['cell'];
  /** GRU: reset after the product with Whh. */
  readonly resetAfter?: boolean;
  /** Tied embeddings: the affine layer's weights are the embedding's. */
  readonly tied?: boolean;
  /** The initial bias of the forget gate. */
  readonly forgetBias?: number;
  /** Initial weights are drawn uniformly from −initScale to initScale; null: scaled by fan-in, as in the chapter. */
  readonly initScale?: number | null;
  /** Dropout probability of the embeddings, between the layers and of the top states. */
  readonly dropout?: number;
  /** One dropout mask for all steps of a block. */
  readonly lockedDropout?: boolean;
  /** The probability that a word is dropped from a block. */
  readonly wordDropout?: number;
  /** Dropout probability of the recurrent weights. */
  readonly weightDrop?: number;
  /** The probabilities that a unit of h and, of an LSTM, of c keeps its previous value. */
  readonly zoneout?: number;
  readonly zoneoutCell?: number;
  /** The factors of activation regularisation, and of its temporal form. */
  readonly ar?: number;
  readonly tar?: number;
  /** Sampled softmax: the number of tokens over which the training loss is computed; null for all. */
  readonly sampledSoftmax?: number | null;
  readonly layers: number;
  /** D: the embedding size. */
  readonly wordvec: number;
  /** H: the size of the hidden state. */
  readonly hidden: number;
};

/** How the text is read, and how the model learns from it. */
export type TrainingSettings = {
  /** N: streams read in parallel. */
  readonly batch: number;
  /** T: steps of a block. */
  readonly time: number;
  /** Whether block lengths vary around T. */
  readonly randomTime?: boolean;
  /** What the streams do at the end of an epoch. */
  readonly streams: 'wrap' | 'cut';
  /** Whether the state is carried from block to block. */
  readonly stateful: boolean;
  readonly optimizer: OptimizerName;
  /** Null for optimizers without momentum, and for the default of 0.9. */
  readonly momentum: number | null;
  readonly weightDecay: number;
  /** The average of the weights that is evaluated and kept in their place; null for none. */
  readonly average: AverageName | null;
  readonly lr: number;
  readonly schedule: ScheduleName;
  /** What `decay`, `step` and `plateau` multiply the rate by. */
  readonly lrDecay: number;
  /** `decay`: the epochs that keep the first rate; `step`: the epochs of each rate. */
  readonly decayAfter: number;
  /** The steps in which the rate rises from 0 to that of the schedule. */
  readonly warmup: number;
  /** The largest norm of all gradients together; null for no clipping. */
  readonly clip: number | null;
  readonly epochs: number;
  /** Ends training after this many optimizer steps, in place of epochs, which then are as many as the steps begin. */
  readonly maxSteps?: number;
  /** What happens when a number is no longer finite. Default `stop`. */
  readonly onDivergence?: DivergenceName;
  /** Ends after this many epochs without a better validation perplexity. */
  readonly patience?: number;
};

/** What decides the bits beside text, model and training. */
export type MachineSettings = {
  readonly seed: number;
  readonly backend: BackendName;
};

/** All settings that decide the result of training on a text; it is written into the model file. */
export type Recipe = TextSettings & ModelSettings & TrainingSettings & MachineSettings;
