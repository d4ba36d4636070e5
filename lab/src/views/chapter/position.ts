import { computed, type ReadonlySignal, type Signal } from '@preact/signals';
import { inAddress, matching } from '../../address.ts';

/** The steps of the tour, in order. */
export const stepNames = [
  ...(['loop', 'unrolled', 'shapes', 'backward'] as const),
  ...(['long', 'cut', 'blocks', 'streams'] as const),
  ...(['stateful', 'layers', 'goodbye', 'train'] as const),
] as const;
export type StepName = (typeof stepNames)[number];

/** The number of the step, from 1 on, as it stands in the address. */
const step: Signal<string> = inAddress('step', '1', matching(/^([1-9]|1[0-2])$/));

export const stepNumber: ReadonlySignal<number> = computed(() => Number(step.value));
export const stepName: ReadonlySignal<StepName> = computed(() => stepNames[stepNumber.value - 1]);

/** Goes to a step; beyond the ends, nothing happens. */
export function goTo(number: number): void {
  if (number >= 1 && number <= stepNames.length) step.value = String(number);
}

/** The arrow keys go from step to step, unless a control uses them itself. */
export function onKey(event: KeyboardEvent): void {
  const { key, target, altKey, ctrlKey, metaKey, shiftKey } = event;
  if (altKey || ctrlKey || metaKey || shiftKey) return;
  if (target instanceof Element && target.closest('input, select, textarea, .picture-scroll')) return;
  if (key === 'ArrowRight') goTo(stepNumber.value + 1);
  if (key === 'ArrowLeft') goTo(stepNumber.value - 1);
}
