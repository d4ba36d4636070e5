import type { StreamState } from '../../data/batches/batches.ts';
import type { NamedArray } from '../../formats/named-array.ts';
import type { StateValues } from '../../models/state/state-values.ts';
import type { MaskState } from '../../tensor/mask-source.ts';
import type { SavedNumbers, SavedState } from './saved-state.ts';

/** Running totals of an epoch. */
export type MeterState = {
  /** Time steps read per stream. */
  readonly time: number;
  /** Sum of the blocks' mean losses, in nats, each weighted by its length in units of T. */
  readonly losses: number;
  /** Number of blocks, in units of T steps. */
  readonly blocks: number;
  /** Tokens read in all streams. */
  readonly tokens: number;
  /** Training time, in seconds. */
  readonly seconds: number;
};

/** The names of the stateful parts of a run. */
export type RunParts = {
  readonly optimizer: string;
  readonly average: string | null;
  readonly schedule: string | null;
};

/**
 * The state of a run between two steps. Together with the weights, it lets a resumed run match an uninterrupted one bit
 * for bit.
 */
export interface TrainingState {
  /** The current epoch, counted from 1. */
  readonly epoch: number;
  /** Steps taken in all epochs. */
  readonly step: number;
  /** The lowest validation perplexity so far. */
  readonly best: number | null;
  /** The epoch of the lowest validation perplexity; 0 before the first. */
  readonly bestEpoch: number;
  /** Factor applied to the learning rates after rollbacks: 1, 1/2, 1/4 … */
  readonly rateFactor: number;
  /** Number of consecutive rollbacks to the anchor. */
  readonly rollbacks: number;
  /** The state to roll back to; null when it is this one, or without rollbacks. */
  readonly anchor: Anchor | null;
  /** Whether this state becomes the anchor when the next loss is good. */
  readonly candidate: boolean;
  /** Running totals of the current epoch. */
  readonly meter: MeterState;
  /** Position in the training text. */
  readonly batches: StreamState;
  /** The recurrent state that the next block starts from. */
  readonly carried: StateValues | null;
  /** State of the random dropout masks. */
  readonly masks: MaskState;
  /** State of the optimizer. */
  readonly optimizer: SavedState;
  /** State of the weight average; null without one. */
  readonly average: SavedState | null;
  /** State of the schedule; null without one. */
  readonly schedule: SavedNumbers | null;
  /** Names of the optimizer, average and schedule that saved these states. Older checkpoints lack it. */
  readonly parts?: RunParts;
}

/** A rollback target: a training state and its weights, which are finite. Its own `anchor` is null. */
export interface Anchor {
  /** The training state. */
  readonly state: TrainingState;
  /** The weights at that step, by name. */
  readonly weights: ReadonlyMap<string, NamedArray>;
}
