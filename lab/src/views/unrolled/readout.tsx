import { say } from '../../language/language.ts';
import { reading } from '../../state/reading.ts';
import { selectedUnit } from '../../state/selection.ts';
import { columnAt, shownToken } from '../../state/spine.ts';
import { cursor, hasFocus, hover } from './spine/pins.ts';
import { type Spot, tokenText } from './spine/scene.ts';

/** The values of the place under the pointer or the cursor, else of what is pinned. */
export function Readout() {
  const pinned = { step: shownToken.value, ...(selectedUnit.value ?? { layer: null, unit: null }) };
  const spot = hover.value ?? (hasFocus.value ? cursor.value : null) ?? pinned;
  return (
    <p class="readout" aria-live="polite" data-testid="readout" {...dataOf(spot)}>
      {reading.value ? described(spot) : say.value.unrolled.hint}
    </p>
  );
}

/** The numbers in all digits, as data: of a cell by their names, of a token its surprisal. */
function dataOf({ step, layer, unit }: Spot): Readonly<Record<string, string>> {
  if (layer === null || unit === null) return { 'data-bits': String(reading.value?.bits[step] ?? '') };
  return Object.fromEntries(
    valuesOf(step, layer, unit).map(([name, value]) => [`data-${name}`, String(value)]),
  );
}

/** The place and its numbers, with four digits that matter. */
function described({ step, layer, unit }: Spot): string {
  const facts = reading.value;
  if (!facts) return '';
  const texts = say.value.unrolled;
  const text = tokenText(facts, step);
  const place = step < 0 ? texts.start(text) : texts.token(step, text);
  if (layer === null || unit === null) {
    return step < 0
      ? place
      : `${place}: ${texts.surprise(shortened(facts.bits[step]), String(facts.ranks[step]))}`;
  }
  const values = valuesOf(step, layer, unit).map(([name, value]) => `${name} = ${shortened(value)}`);
  return `${place} · ${texts.cell(layer + 1, unit)} · ${values.join(' · ') || '…'}`;
}

/** h, and c and the gates where they have come, of a unit at a step. */
function valuesOf(step: number, layer: number, unit: number): readonly (readonly [string, number])[] {
  const column = columnAt(step);
  const found = column?.window.layers[layer];
  if (!column || !found || unit >= found.width) return [];
  const at = column.row * found.width + unit;
  const named = Object.entries({ h: found.h, ...(found.c && { c: found.c }), ...found.gates });
  return named.map(([name, numbers]) => [name, numbers[at]]);
}

function shortened(value: number): string {
  return String(Number(value.toPrecision(4))).replace('-', '−');
}
