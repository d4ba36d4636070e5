import type { Signal } from '@preact/signals';
import { inAddress, matching, oneOf } from '../../address.ts';
import type { PatternMatches, PatternRequest } from '../../engine/activations/calls.ts';
import { engine } from '../engine.ts';
import { model } from '../models.ts';
import { reading } from '../reading.ts';
import { range, selectedRange } from '../selection.ts';
import { type Answer, answer } from './answer.ts';

/** From which |h| on a unit is active. */
export const threshold: Signal<string> = inAddress('threshold', '0.3', matching(/^0\.\d{1,2}$/));
/** Whether the units must be inactive just before the range and just after it. */
export const bounded: Signal<'no' | 'yes'> = inAddress('bounded', 'no', oneOf(['no', 'yes'] as const));

/** The places of the training text that are like the selected range. */
export const matches: Answer<PatternRequest, PatternMatches> = answer(
  () => {
    const [facts, read, selected] = [model.value, reading.value, selectedRange.value];
    if (!facts || read?.model !== facts.id || !selected || selected.last >= read.ids.length) return null;
    const rules = { threshold: Number(threshold.value), isBounded: bounded.value === 'yes' };
    return { model: facts.id, reading: read.id, ...selected, ...rules };
  },
  (question, signal) => engine.callUntil(signal, 'findPattern', question),
);

export function selectRange(first: number, last: number): void {
  range.value = `${Math.min(first, last)}-${Math.max(first, last)}`;
}
