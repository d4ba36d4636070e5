import { effect } from '@preact/signals';
import { view } from '../../address.ts';
import type { ActivationCalls } from '../../engine/activations/calls.ts';
import type { Unit } from '../../engine/activations/units.ts';
import { engine } from '../engine.ts';
import { model } from '../models.ts';
import { reading } from '../reading.ts';
import { selectedUnit, unit } from '../selection.ts';
import { type Answer, answer } from './answer.ts';
import { isStopped, readTrainingText, training } from './training-text.ts';

type Extremes = ReturnType<ActivationCalls['extremes']>;

/** The activation of the selected unit after each token of the text. */
export const values: Answer<Unit & { readonly reading: number }, Float32Array> = answer(
  () => selectedUnit.value && reading.value && { reading: reading.value.id, ...selectedUnit.value },
  (question, signal) => engine.callUntil(signal, 'unitValues', question),
);

/** Where the selected unit is most and least active in the training text. */
export const extremes: Answer<Unit & { readonly model: string }, Extremes> = answer(
  () =>
    selectedUnit.value && model.value && training.value && { model: model.value.id, ...selectedUnit.value },
  (question, signal) => engine.callUntil(signal, 'extremes', question),
);

export function selectUnit({ layer, unit: index }: Unit): void {
  unit.value = `${layer}.${index}`;
}

effect(() => {
  if (view.value === 'unrolled' && selectedUnit.value && model.value && !isStopped.value)
    void readTrainingText();
});
