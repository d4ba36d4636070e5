import { batch, computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import { reading } from '../../../state/reading.ts';
import { range, token, unit } from '../../../state/selection.ts';
import { shownToken } from '../../../state/spine.ts';
import type { Spot } from './scene.ts';

/** What lies under the pointer. */
export const hover: Signal<Spot | null> = signal(null);
/** Where the keyboard is; it is drawn while the picture has the focus. */
export const cursor: Signal<Spot | null> = signal(null);
export const hasFocus: Signal<boolean> = signal(false);

/** The token whose prediction is read: that of the cursor while the picture has the focus, else the one that is shown. */
export const readToken: ReadonlySignal<number> = computed(() => {
  const step = hasFocus.value ? cursor.value?.step : undefined;
  return Math.min(step ?? shownToken.value, (reading.value?.ids.length ?? 0) - 1);
});

/** Pins a token, and the unit of a cell. What is pinned already is let go. */
export function pin({ step, layer, unit: index }: Spot): void {
  if (step < 0) return;
  const [newToken, newUnit] = [String(step), layer === null ? null : `${layer}.${index}`];
  batch(() => {
    if (newUnit === null) token.value = token.value === newToken ? '' : newToken;
    else if (token.value === newToken && unit.value === newUnit) unit.value = '';
    else [token.value, unit.value] = [newToken, newUnit];
  });
}

export function clearPins(): void {
  batch(() => {
    token.value = unit.value = range.value = '';
  });
}

/** Selects the tokens between two, these included. */
export function selectRange(from: number, to: number): void {
  const last = (reading.value?.ids.length ?? 1) - 1;
  const inText = (step: number) => Math.max(0, Math.min(last, step));
  range.value = `${inText(Math.min(from, to))}-${inText(Math.max(from, to))}`;
}
