import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import * as selection from '../../state/selection.ts';

/** The first token of the segment under the pointer, or that the keys moved to; null: none. */
export const pointed: Signal<number | null> = signal(null);
/** A row that should come into view; a new object for each wish. */
export const wantedRow: Signal<{ readonly row: number } | null> = signal(null);

/** The token that is described: the one that is pointed at, else the selected one. */
export const described: ReadonlySignal<number | null> = computed(
  () => pointed.value ?? selection.selectedToken.value,
);

/** Selects a token, or no longer. */
export function toggle(token: number): void {
  selection.token.value = selection.selectedToken.peek() === token ? '' : String(token);
}

/** Selects a token and brings its row into view. */
export function show(token: number, row: number): void {
  pointed.value = null;
  selection.token.value = String(token);
  wantedRow.value = { row };
}
