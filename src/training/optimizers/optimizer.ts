import type { Param } from '../../layers/layer.ts';
import type { SavedState } from '../state/saved-state.ts';

/** Updates parameters from their gradients. */
export interface Optimizer {
  readonly name: string;
  /** The learning rate of the next update. Changing it leaves the moments and counts as they are. */
  lr: number;
  update(params: readonly Param[]): void;
  /** All state that is carried from update to update. */
  save(): Promise<SavedState>;
  /**
   * Continues where `save` was called, with the same bits.
   * @throws when this optimizer can't have written it; for arrays that don't fit, at the next update
   */
  restore(state: SavedState): void;
}
