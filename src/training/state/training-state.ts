import type { StreamState } from '../../data/batches/batches.ts';
import type { NamedArray } from '../../formats/named-array.ts';
import type { StateValues } from '../../models/state/state-values.ts';
import type { MaskState } from '../../tensor/mask-source.ts';
import type { SavedNumbers, SavedState } from './saved-state.ts';

/** The running totals of an epoch. */
export type MeterState = {
  /** Steps of time that the streams have advanced. */
  readonly time: number;
  readonly losses: number;
  readonly blocks: number;
  readonly tokens: number;
  readonly seconds: number;
};

/** The names of the parts of a run that have a state. */
export type RunParts = {
  readonly optimizer: string;
  readonly average: string | null;
  readonly schedule: string | null;
};

/**
 * The state of a run between two steps: with the weights, all that it needs to resume to the same bits as an
 * uninterrupted run.
 */
export interface TrainingState {
  /** The current epoch, counted from 1. */
  readonly epoch: number;
  /** Steps taken in all epochs. */
  readonly step: number;
  /** The lowest validation perplexity so far. */
  readonly best: number | null;
  /** Its epoch; 0 before the first. */
  readonly bestEpoch: number;
  /** The factor of the learning rates after rollbacks: 1, 1/2, 1/4 … */
  readonly rateFactor: number;
  /** The number of consecutive rollbacks to the anchor. */
  readonly rollbacks: number;
  /** The target of a rollback; null for this moment, or without rollbacks. */
  readonly anchor: Anchor | null;
  /** Whether this moment becomes the anchor once the next loss has confirmed it. */
  readonly candidate: boolean;
  /** Of the current epoch. */
  readonly meter: MeterState;
  readonly batches: StreamState;
  /** The state that the next block starts from. */
  readonly carried: StateValues | null;
  /** Of dropout. */
  readonly masks: MaskState;
  readonly optimizer: SavedState;
  readonly average: SavedState | null;
  readonly schedule: SavedNumbers | null;
  /** Whose states the three are. Older checkpoints lack it. */
  readonly parts?: RunParts;
}

/** A state with finite weights, and those weights. It has no anchor of its own. */
export interface Anchor {
  readonly state: TrainingState;
  readonly weights: ReadonlyMap<string, NamedArray>;
}
