import type { Param } from '../../layers/layer.ts';
import type { SavedState } from '../state/saved-state.ts';

/** Updates parameters from their gradients. */
export interface Optimizer {
  /** The name that checkpoints record. */
  readonly name: string;
  /** The learning rate of the next update. Changing it leaves the moments and the step count unchanged. */
  lr: number;
  /** Updates the parameters from their gradients. */
  update(params: readonly Param[]): void;
  /** Copies all state that is carried from update to update. */
  save(): Promise<SavedState>;
  /**
   * Restores a state that `save` returned, bit for bit. Arrays of the wrong shape are reported by the next update.
   * @throws {UnrolledError} `checkpoint-foreign` when another kind of optimizer saved it
   */
  restore(state: SavedState): void;
}
