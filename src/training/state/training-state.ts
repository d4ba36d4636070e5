import type { StreamState } from '../../data/stream-batches.ts';
import type { NamedArray } from '../../formats/named-array.ts';
import type { StateValues } from '../../models/state/state-values.ts';
import type { MaskState } from '../../tensor/mask-source.ts';
import type { SavedNumbers, SavedState } from './saved-state.ts';

/** What the steps of an epoch add up to. */
export type MeterState = {
  /** Steps of time that the streams have advanced. */
  readonly time: number;
  readonly losses: number;
  readonly blocks: number;
  readonly tokens: number;
  readonly seconds: number;
};

/**
 * Where a run stands between two steps: with the weights, all that it needs to go on to the same bits
 * as if it had never stopped.
 */
export interface TrainingState {
  /** Under way, counted from 1. */
  readonly epoch: number;
  /** Steps taken in all epochs. */
  readonly step: number;
  /** The lowest validation perplexity so far. */
  readonly best: number | null;
  /** Its epoch; 0 before the first. */
  readonly bestEpoch: number;
  /** What divergence has left of the learning rates: 1, or a half, a quarter … of them. */
  readonly rateFactor: number;
  /** How many rollbacks in a row went back to where divergence goes back to. */
  readonly rollbacks: number;
  /** Where it goes back to; null where to this moment, or where nobody wants that. */
  readonly anchor: Anchor | null;
  /** Whether this moment takes the anchor's place once the next loss has shown what it is worth. */
  readonly candidate: boolean;
  /** Of the epoch under way. */
  readonly meter: MeterState;
  readonly batches: StreamState;
  /** The state that the next block starts from. */
  readonly carried: StateValues | null;
  /** Of dropout. */
  readonly masks: MaskState;
  readonly optimizer: SavedState;
  readonly average: SavedState | null;
  readonly schedule: SavedNumbers | null;
}

/** A moment at which all weights were finite, and the weights. Its state has no anchor of its own. */
export interface Anchor {
  readonly state: TrainingState;
  readonly weights: ReadonlyMap<string, NamedArray>;
}
