import { batch, computed, effect, type ReadonlySignal } from '@preact/signals';
import { view } from '../../address.ts';
import type { ActivationCalls } from '../../engine/activations/calls.ts';
import type { Unit, UnitActivation } from '../../engine/activations/units.ts';
import { engine } from '../engine.ts';
import { model } from '../models.ts';
import { reading } from '../reading.ts';
import { activation, selectedUnit, unit } from '../selection.ts';
import { type Answer, answer } from './answer.ts';
import { isStopped, readTrainingText, training } from './training-text.ts';

type Extremes = ReturnType<ActivationCalls['extremes']>;

/** The number of the selected unit that the panel shows; null: no unit is selected. */
export const shownActivation: ReadonlySignal<UnitActivation | null> = computed(
  () =>
    selectedUnit.value && {
      ...selectedUnit.value,
      activation: model.value?.hasCellState ? activation.value : 'h',
    },
);

/** The activation of the selected unit after each token of the text. */
export const values: Answer<UnitActivation & { readonly reading: number }, Float32Array> = answer(
  () => shownActivation.value && reading.value && { reading: reading.value.id, ...shownActivation.value },
  (question, signal) => engine.callUntil(signal, 'unitValues', question),
);

/** Where the selected unit is most and least active in the training text. */
export const extremes: Answer<UnitActivation & { readonly model: string }, Extremes> = answer(
  () =>
    shownActivation.value &&
    model.value &&
    training.value && { model: model.value.id, ...shownActivation.value },
  (question, signal) => engine.callUntil(signal, 'extremes', question),
);

export function selectUnit({ layer, unit: index }: Unit): void {
  unit.value = `${layer}.${index}`;
}

/** Selects a unit, and which of its numbers is shown. */
export function selectActivation({ activation: name, ...of }: UnitActivation): void {
  batch(() => {
    selectUnit(of);
    activation.value = name;
  });
}

effect(() => {
  if (view.value === 'unrolled' && selectedUnit.value && model.value && !isStopped.value)
    void readTrainingText();
});
