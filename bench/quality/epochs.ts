/**
 * The protocol of a quality race, one JSON object per line. The child sends `Ready` and waits; for each `{"epoch": n}` it trains
 * one epoch, evaluates, saves its state and answers with an `EpochResult`. It exits when its input ends.
 */

/** A child's first message. */
export interface Ready {
  /** What it computes with. */
  readonly ready: string;
  readonly parameters: number;
  /** Epochs of the whole run. */
  readonly epochs: number;
  /** Length of the training text, in tokens. */
  readonly trainTokens: number;
  /** Number of predicted tokens of the validation text. */
  readonly validTargets: number;
  /** Ours: the complete recipe. */
  readonly recipe?: Readonly<Record<string, unknown>>;
  /** Of another program: its options. */
  readonly settings?: Readonly<Record<string, unknown>>;
}

/** The answer after an epoch. Losses are means over the targets, in nats. */
export interface EpochResult {
  /** Counted from 1. */
  readonly epoch: number;
  /** From the command to the end of the last training step. */
  readonly trainSeconds: number;
  /** From there until the validation loss is known and the best weights are kept. */
  readonly validSeconds: number;
  /** As the contender counts it, with dropout and perhaps a sampled softmax. */
  readonly trainLoss: number;
  /** One stream over the validation text, the state carried to the end, every token but the first. */
  readonly loss: number;
  /** Windows of so many tokens, each from an empty state. */
  readonly windows: Readonly<Record<string, number>>;
  /** PyTorch's example: its own evaluation, by which it sets the learning rate. */
  readonly exampleLoss?: number;
  /** The file of the state after this epoch, in the race's folder. */
  readonly state: string;
  /** Whether this was the run's last epoch. */
  readonly done: boolean;
}

/** The job of a child of a race: its last argument. */
export interface RaceJob {
  /** The contender's name, of which its files are named. */
  readonly name: string;
  /** Where its files are. */
  readonly folder: string;
  /** The state to continue from; null at the start. */
  readonly from: string | null;
  /** Ours: text files. PyTorch: files of int32 ids. */
  readonly train: string;
  readonly valid: string;
  /** Lengths of the windows to evaluate with after each epoch. */
  readonly windows: readonly number[];
  readonly seed: number;
}
