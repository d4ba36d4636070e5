import type { Param } from '../../layers/layer.ts';
import type { SavedState } from '../state/saved-state.ts';

/** Moves parameters against their gradients. */
export interface Optimizer {
  readonly name: string;
  /** The learning rate of the next update. Changing it leaves all else that the optimizer remembers as it is. */
  lr: number;
  update(params: readonly Param[]): void;
  /** All that goes from one update to the next. */
  save(): Promise<SavedState>;
  /**
   * Continues where `save` was called, with the same bits.
   * @throws when this optimizer can't have written it; for arrays that don't fit, at the next update
   */
  restore(state: SavedState): void;
}
