import { computed, type ReadonlySignal, type Signal } from '@preact/signals';
import { inAddress, matching, oneOf } from '../address.ts';
import { type ActivationName, activationNames } from '../engine/activations/units.ts';

// What is selected in the text that the model reads. It stands in the address.

/** The selected token: its index in the text; empty: none. */
export const token: Signal<string> = inAddress('token', '', matching(/^\d{1,6}$/));
/** The selected unit: layer and unit, such as `0.17`; empty: none. */
export const unit: Signal<string> = inAddress('unit', '', matching(/^\d{1,2}\.\d{1,5}$/));
/** Which of its numbers the panel of a unit shows; h where a cell has no c. */
export const activation: Signal<ActivationName> = inAddress('activation', 'h', oneOf(activationNames));
/** The selected range of tokens: first and last index, such as `3-7`; empty: none. */
export const range: Signal<string> = inAddress('range', '', matching(/^\d{1,6}-\d{1,6}$/));

/** The selected prediction: the id of a token that may stand where one is predicted; empty: the one that came. */
export const target: Signal<string> = inAddress('target', '', matching(/^\d{1,7}$/));

export const selectedToken: ReadonlySignal<number | null> = computed(() =>
  token.value === '' ? null : Number(token.value),
);

export const selectedUnit: ReadonlySignal<{ readonly layer: number; readonly unit: number } | null> =
  computed(() => {
    if (unit.value === '') return null;
    const [layer, index] = unit.value.split('.').map(Number);
    return { layer, unit: index };
  });

export const selectedRange: ReadonlySignal<{ readonly first: number; readonly last: number } | null> =
  computed(() => {
    if (range.value === '') return null;
    const [first, last] = range.value.split('-').map(Number);
    return first <= last ? { first, last } : null;
  });
