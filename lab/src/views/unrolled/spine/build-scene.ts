import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import { say } from '../../../language/language.ts';
import { arrived } from '../../../state/columns.ts';
import { gradients } from '../../../state/gradients.ts';
import { model } from '../../../state/models.ts';
import { original, reading } from '../../../state/reading.ts';
import { selectedRange, selectedToken, selectedUnit } from '../../../state/selection.ts';
import { backward, columns, columnsBefore, strips, unitsInOrder, widths } from '../../../state/spine.ts';
import { colourScheme } from '../../../theme.ts';
import { type Layout, layoutOf } from './layout.ts';
import { cursor, hasFocus, hover } from './pins.ts';
import type { Ink, Scene } from './scene.ts';

/** Below this width of the picture, its labels are narrow. */
const NARROW = 500;

/** The width of the picture and how far it is scrolled, in CSS pixels. */
export const width: Signal<number> = signal(0);
export const scroll: Signal<number> = signal(0);

const hasCurve: ReadonlySignal<boolean> = computed(() => selectedUnit.value !== null);

export const layout: ReadonlySignal<Layout> = computed(() =>
  layoutOf({
    ...{ widths: widths.value, strips: strips.value, hasCurve: hasCurve.value },
    gutter: width.value < NARROW ? 56 : 76,
  }),
);

/** The absolute value at the ends of the scale of h: 1, and 2, 4, 8 … for cells whose h is not bounded by 1. */
export const limit: ReadonlySignal<number> = computed(() => {
  arrived.value;
  let found = 1;
  for (const value of columns.value?.largest() ?? []) while (found < value) found *= 2;
  return found;
});

/** Everything to draw; null until a text was read. */
export function sceneOf(element: HTMLElement): Scene | null {
  const [facts, shown] = [reading.value, columns.value];
  if (!facts || !shown || width.value === 0) return null;
  arrived.value;
  const texts = say.value.unrolled;
  const [before, columnsOfBefore] = [original.value, columnsBefore.value];
  return {
    ...{ layout: layout.value, width: width.value, scroll: scroll.value, facts, columns: shown },
    look: {
      ...{ scheme: colourScheme.value, across: layout.value.across },
      ...{ limit: limit.value, order: unitsInOrder.value },
    },
    ink: inkOf(element, colourScheme.value),
    labels: width.value < NARROW ? { ...texts.narrow, next: texts.next } : texts,
    before: before && columnsOfBefore ? { facts: before, columns: columnsOfBefore } : null,
    ...{ hover: hover.value, cursor: hasFocus.value ? cursor.value : null },
    ...{ token: selectedToken.value, unit: selectedUnit.value, range: selectedRange.value },
    gradients: backward.value === 'on' && gradients.value?.reading === facts.id ? gradients.value : null,
    blockLength: model.value?.blockLength ?? null,
  };
}

const inks: Map<string, Ink> = new Map();

/** The colours of the page in its present scheme. */
function inkOf(element: HTMLElement, scheme: string): Ink {
  const known = inks.get(scheme) ?? readInk(element);
  inks.set(scheme, known);
  return known;
}

/** Registered properties, which scripts get as colours of the present scheme. */
function readInk(element: HTMLElement): Ink {
  const style = getComputedStyle(element);
  const colour = (name: string) => style.getPropertyValue(`--${name}`);
  return {
    paper: colour('paper'),
    panel: colour('panel'),
    ink: colour('ink'),
    soft: colour('ink-soft'),
    line: colour('line'),
    accent: colour('accent'),
  };
}
