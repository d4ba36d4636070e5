import type { BackendName } from '../backends/open.ts';
import type { Tokenizer } from '../data/tokenizers/tokenizer.ts';
import type { RecurrentConfig } from '../models/config.ts';

export const optimizerNames = ['sgd', 'momentum', 'nesterov', 'adagrad', 'rmsprop', 'adam', 'adamw'] as const;
export const scheduleNames = ['constant', 'decay', 'step', 'plateau', 'cosine', 'one-cycle'] as const;
export const averageNames = ['ema', 'nt-asgd'] as const;
export const divergenceNames = ['stop', 'rollback'] as const;

export type OptimizerName = (typeof optimizerNames)[number];
export type ScheduleName = (typeof scheduleNames)[number];
export type AverageName = (typeof averageNames)[number];
export type DivergenceName = (typeof divergenceNames)[number];

/** All that decides what training on a text gives; it is written into the model file. */
export type Recipe = {
  readonly tokens: Tokenizer['kind'];
  /** The most frequent tokens that get an id, '<unk>' among them; null for all. */
  readonly vocabSize: number | null;
  /** How much of the training text is used, in tokens; null for all. */
  readonly maxTokens: number | null;
  /** The share of the training text held out when there is no validation text; null for none. */
  readonly validFraction: number | null;
  readonly cell: RecurrentConfig['cell'];
  /** Of a GRU: reset after the product with Whh. */
  readonly resetAfter?: boolean;
  /** One table of words for the embedding and the affine layer. */
  readonly tied?: boolean;
  /** What the bias of the forget gate begins with. */
  readonly forgetBias?: number;
  /** Every weight begins between −initScale and initScale; null for the chapter's way. */
  readonly initScale?: number | null;
  /** Taken away at random from the vectors, between the layers and from the top states. */
  readonly dropout?: number;
  /** One mask for all steps of a block. */
  readonly lockedDropout?: boolean;
  readonly wordDropout?: number;
  readonly weightDrop?: number;
  /** The shares of h and, of an LSTM, of c that a step leaves as they are. */
  readonly zoneout?: number;
  readonly zoneoutCell?: number;
  /** The factors of activation regularisation. */
  readonly ar?: number;
  readonly tar?: number;
  /** The loss of training is measured among so many tokens; null for all. */
  readonly sampledSoftmax?: number | null;
  readonly layers: number;
  /** D */
  readonly wordvec: number;
  /** H */
  readonly hidden: number;
  /** N: streams read side by side. */
  readonly batch: number;
  /** T: steps of a block. */
  readonly time: number;
  /** Whether the steps of a block vary around T. */
  readonly randomTime?: boolean;
  /** What the streams do at the end of an epoch. */
  readonly streams: 'wrap' | 'cut';
  /** Whether the state is carried from block to block. */
  readonly stateful: boolean;
  readonly optimizer: OptimizerName;
  /** What stays of the velocity; null for optimizers without, and for the default. */
  readonly momentum: number | null;
  readonly weightDecay: number;
  /** The average of the weights that is measured and kept in their place; null for none. */
  readonly average: AverageName | null;
  readonly lr: number;
  readonly schedule: ScheduleName;
  /** What `decay`, `step` and `plateau` multiply the rate by. */
  readonly lrDecay: number;
  /** `decay`: the epochs that keep the first rate; `step`: the epochs of each rate. */
  readonly decayAfter: number;
  /** The steps in which the rate rises to that of the schedule. */
  readonly warmup: number;
  /** The largest norm of all gradients together; null for no clipping. */
  readonly clip: number | null;
  readonly epochs: number;
  /** When a number is no longer finite. Default `stop`. */
  readonly onDivergence?: DivergenceName;
  /** Ends after so many epochs without a better validation perplexity. */
  readonly patience?: number;
  readonly seed: number;
  readonly backend: BackendName;
};

/** What a preset starts from: the chapter's settings. Without a preset `train` chooses: cli/automatic/. */
export const defaultRecipe: Recipe = {
  tokens: 'word',
  vocabSize: 4000,
  maxTokens: null,
  validFraction: 0.1,
  cell: 'rnn',
  layers: 1,
  wordvec: 100,
  hidden: 100,
  batch: 20,
  time: 20,
  streams: 'cut',
  stateful: true,
  optimizer: 'sgd',
  momentum: null,
  weightDecay: 0,
  average: null,
  lr: 5,
  schedule: 'decay',
  lrDecay: 0.5,
  decayAfter: 3,
  warmup: 0,
  clip: 0.25,
  epochs: 5,
  seed: 1,
  backend: 'auto',
};

interface Learning {
  readonly optimizer?: OptimizerName | undefined;
  readonly schedule?: ScheduleName | undefined;
}

/** What an optimizer and a schedule that are asked for bring along. */
export function learningDefaults({ optimizer, schedule }: Learning): Partial<Recipe> {
  return { ...(optimizer && optimizerDefaults[optimizer]), ...(schedule && scheduleDefaults[schedule]) };
}

/** What an optimizer changes in the default recipe: its learning rate, and the weight decay that it is known for. */
const optimizerDefaults: Readonly<Record<OptimizerName, Partial<Recipe>>> = {
  sgd: {},
  momentum: { lr: 0.5 },
  nesterov: { lr: 0.5 },
  adagrad: { lr: 0.01 },
  rmsprop: { lr: 0.01 },
  adam: { lr: 0.001 },
  adamw: { lr: 0.001, weightDecay: 0.01 },
};

/** What a schedule changes in the default recipe. */
const scheduleDefaults: Readonly<Partial<Record<ScheduleName, Partial<Recipe>>>> = {
  plateau: { lrDecay: 0.25 },
};
