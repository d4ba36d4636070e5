import { computed, type ReadonlySignal } from '@preact/signals';
import type { Influence } from '../engine/activations/calls.ts';
import { engine } from './engine.ts';
import { found } from './latest.ts';
import { reading } from './reading.ts';
import { backward, columnAt, shownToken } from './spine.ts';

/** The norms of the gradients of one prediction w.r.t. the hidden states. */
export interface StateGradients {
  readonly reading: number;
  /** The step whose prediction of the next token it is. */
  readonly step: number;
  /** The first step of the norms. */
  readonly first: number;
  /** By layer, from bottom to top: ‖∂L/∂h‖ of the steps `first`, `first` + 1, …, `step`, with L = −log p. */
  readonly norms: readonly Float64Array[];
  /** The largest of them before `step`, in all layers: the widest arrow. */
  readonly widest: number;
}

/** The prediction: of the token that came, or of the most likely one behind the last token. */
const wanted: ReadonlySignal<string | null> = computed(() => {
  const facts = reading.value;
  const step = shownToken.value;
  if (backward.value === 'off' || !facts || step < 0) return null;
  const column = columnAt(step);
  const id = facts.ids[step + 1] ?? column?.window.topIds[column.row * column.window.K];
  return id === undefined ? null : [facts.id, step, id].join();
});

/** The gradients of the prediction of the token that is shown; null until they are computed, and unless they are wanted. */
export const gradients: ReadonlySignal<StateGradients | null> = found(() => {
  if (wanted.value === null) return null;
  const [reading, step, id] = wanted.value.split(',').map(Number);
  return async (abort) =>
    gradientsOf(await engine.callUntil(abort, 'influence', { reading, step, id }), reading, step);
});

function gradientsOf({ first, layers }: Influence, id: number, step: number): StateGradients {
  const norms = layers.map(({ h }) => h);
  const widest = norms.reduce((most, all) => Math.max(most, ...all.subarray(0, -1)), 0);
  return { reading: id, step, first, norms, widest };
}
