import { computed, type ReadonlySignal, type Signal } from '@preact/signals';
import { inAddress, oneOf } from '../address.ts';
import type { ColumnWindow, ReadingFacts, UnitOrder } from '../engine/reading/calls.ts';
import { arrived, type Column, Columns } from './columns.ts';
import { engine } from './engine.ts';
import { found } from './latest.ts';
import { model } from './models.ts';
import { isEdited, original, reading, source } from './reading.ts';
import { selectedToken } from './selection.ts';

export const unitOrders: readonly UnitOrder[] = ['index', 'cluster', 'activity'];
const switches = ['off', 'on'] as const;
type Switch = Signal<(typeof switches)[number]>;

/** The order in which the units of a layer are drawn. */
export const order: Signal<UnitOrder> = inAddress('order', 'index', oneOf(unitOrders));
export const gates: Switch = inAddress('gates', 'off', oneOf(switches));
export const cellState: Switch = inAddress('c', 'off', oneOf(switches));
export const backward: Switch = inAddress('gradients', 'off', oneOf(switches));

/** The columns of the text as it is read now. */
export const columns: ReadonlySignal<Columns | null> = computed(() => columnsFor(reading.value));
/** The columns of the text without changes; null if there are none. */
export const columnsBefore: ReadonlySignal<Columns | null> = computed(() =>
  isEdited.value ? columnsFor(original.value) : null,
);

function columnsFor(facts: ReadingFacts | null): Columns | null {
  const needsGates = gates.value === 'on' || cellState.value === 'on';
  return facts && new Columns(facts.id, facts.ids.length - 1, needsGates);
}

/** A step of the text as it is read now; null until it has come. */
export function columnAt(step: number): Column | null {
  arrived.value;
  return columns.value?.at(step) ?? null;
}

/** A step of the text without changes; null until it has come, and if there are no changes. */
export function columnBefore(step: number): Column | null {
  arrived.value;
  return columnsBefore.value?.at(step) ?? null;
}

/** The token that is shown: the selected one, else the last one of the sentence, and the first one of the training text. */
export const shownToken: ReadonlySignal<number> = computed(() => {
  const last = (reading.value?.ids.length ?? 0) - 1;
  return Math.min(selectedToken.value ?? (source.value === 'training' ? 0 : last), last);
});

/** The window with the token that is shown; null until it has come. */
export const shownWindow: ReadonlySignal<ColumnWindow | null> = computed(
  () => columnAt(shownToken.value)?.window ?? null,
);

/** H of each layer, from bottom to top. */
export const widths: ReadonlySignal<readonly number[]> = computed(() => {
  const column = columnAt(-1);
  if (column) return column.window.layers.map(({ width }) => width);
  const config = model.value?.config;
  return config ? Array.from({ length: config.layers }, () => config.hiddenSize) : [];
});

/** The names of c and the gates, as far as they are shown. */
export const strips: ReadonlySignal<readonly string[]> = computed(() => {
  const layer = columnAt(-1)?.window.layers[0];
  if (!layer) return [];
  const c = cellState.value === 'on' && layer.c ? ['c'] : [];
  return gates.value === 'on' ? [...c, ...Object.keys(layer.gates)] : c;
});

/** The units of each layer in their order; null: by index. */
export const unitsInOrder: ReadonlySignal<readonly Int32Array[] | null> = found(() => {
  // The order of the unchanged text, so that a change moves no unit.
  const [kind, id] = [order.value, original.value?.id];
  if (kind === 'index' || id === undefined) return null;
  return (abort) => engine.callUntil(abort, 'unitOrder', { reading: id, order: kind });
});
