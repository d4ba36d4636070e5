import { type Signal, signal } from '@preact/signals';

/** The norms of the gradient of one prediction's loss w.r.t. the hidden states. */
export interface StateGradients {
  /** The reading, and the step whose prediction of the next token it is. */
  readonly reading: number;
  readonly step: number;
  /** The first step of the norms. */
  readonly first: number;
  /** By layer, from bottom to top: ‖∂L/∂h‖ of the steps `first`, `first` + 1, …, `step`. */
  readonly norms: readonly Float64Array[];
}

/** The gradients of the selected prediction; null until they are computed. */
export const gradients: Signal<StateGradients | null> = signal(null);
