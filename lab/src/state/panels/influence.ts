import { computed, effect, type ReadonlySignal, type Signal } from '@preact/signals';
import { inAddress, oneOf } from '../../address.ts';
import type { Influence } from '../../engine/activations/calls.ts';
import { engine } from '../engine.ts';
import { idInAddress, model } from '../models.ts';
import { reading } from '../reading.ts';
import { selectedToken, target } from '../selection.ts';
import { type Answer, answer } from './answer.ts';

/** A token that may follow. */
export interface Prediction {
  readonly id: number;
  readonly text: string;
  readonly probability: number;
}

/** What is shown of each token: the norm of its gradient, or the product of gradient and embedding, which has a sign. */
export const measures = ['norm', 'product'] as const;
export const measure: Signal<(typeof measures)[number]> = inAddress('influence', 'norm', oneOf(measures));

/** Which prediction is explained: that of the selected token, from those before it, or that of the token after it. */
export const explanations = ['this', 'next'] as const;
export const explained: Signal<(typeof explanations)[number]> = inAddress(
  'explain',
  'this',
  oneOf(explanations),
);

/** The step whose prediction is explained, from −1; null: no token is selected. */
export const step: ReadonlySignal<number | null> = computed(() => {
  const n = reading.value?.ids.length ?? 0;
  if (selectedToken.value === null || selectedToken.value >= n) return null;
  return explained.value === 'this' ? selectedToken.value - 1 : selectedToken.value;
});

/** The most likely tokens after the step. */
export const predictions: Answer<{ readonly reading: number; readonly step: number }, readonly Prediction[]> =
  answer(
    () => (reading.value && step.value !== null ? { reading: reading.value.id, step: step.value } : null),
    async ({ reading, step }, signal) => {
      const request = { reading, start: step, end: step + 1, gates: false };
      const { topIds, topTexts, topProbabilities } = await engine.callUntil(signal, 'columns', request);
      return Array.from(topIds, (id, k) => ({ id, text: topTexts[k], probability: topProbabilities[k] }));
    },
  );

/** The predicted token: the chosen one, else the one that came, else the most likely one. */
export const predicted: ReadonlySignal<number | null> = computed(() => {
  const chosen = target.value === '' ? null : Number(target.value);
  if (chosen !== null && chosen < (model.value?.config.vocabSize ?? 0)) return chosen;
  const came = step.value === null ? undefined : reading.value?.ids[step.value + 1];
  return came ?? predictions.result.value?.[0]?.id ?? null;
});

/** How much each earlier token matters for the predicted one. */
export const influence: Answer<
  { readonly reading: number; readonly step: number; readonly id: number },
  Influence
> = answer(
  () =>
    reading.value && step.value !== null && predicted.value !== null
      ? { reading: reading.value.id, step: step.value, id: predicted.value }
      : null,
  (question, signal) => engine.callUntil(signal, 'influence', question),
);

/** The most characters that another model reads. */
const MOST_CHARACTERS = 8_000;

/** The id of the model to compare with; empty: none. */
export const other: Signal<string> = idInAddress('with');

// A model has no place beside itself.
effect(() => {
  if (other.value !== '' && other.value === model.value?.id) other.value = '';
});

/** The same for another model, which reads the text without changes, and predicts the token that came. */
export const influenceOfOther: Answer<
  { readonly model: string; readonly text: string; readonly end: number },
  Influence
> = answer(
  () => {
    if (other.value === '' || !reading.value || step.value === null) return null;
    const { text, ends } = reading.value;
    const end = ends[step.value] ?? 0;
    const start = Math.max(0, end - MOST_CHARACTERS);
    return { model: other.value, text: text.slice(start, ends[step.value + 1] ?? end), end: end - start };
  },
  (question, signal) => engine.callUntil(signal, 'influenceBy', question),
);
