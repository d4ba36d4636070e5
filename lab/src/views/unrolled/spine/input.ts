import { reading } from '../../../state/reading.ts';
import { selectedRange } from '../../../state/selection.ts';
import { shownToken, unitsInOrder, widths } from '../../../state/spine.ts';
import { layout, scroll } from './build-scene.ts';
import { positionOf } from './cells.ts';
import { moved } from './keys.ts';
import { type Place, placeAt } from './layout.ts';
import { clearPins, cursor, hover, pin, selectRange } from './pins.ts';
import type { Spot } from './scene.ts';

/** The place under the pointer; null beside the columns. */
function placeOf({ offsetX, offsetY }: MouseEvent): Place | null {
  const n = reading.peek()?.ids.length ?? 0;
  if (offsetX < layout.peek().gutter) return null;
  return placeAt(layout.peek(), n, offsetX + scroll.peek(), offsetY);
}

function spotOf({ step, at, position }: Place): Spot {
  if (at === null || at === 'token') return { step, layer: null, unit: null };
  return { step, layer: at.layer, unit: unitAt(at.layer, position) };
}

function unitAt(layer: number, position: number): number {
  return unitsInOrder.peek()?.[layer][position] ?? position;
}

/** The pointer on the picture: it shows, pins, and drags a range over the token texts. */
export class Pointer {
  #dragFrom: number | null = null;
  #isDragged = false;

  readonly down = (event: PointerEvent): void => {
    const place = placeOf(event);
    // A finger scrolls the text.
    const drags = event.pointerType !== 'touch' && place?.at === 'token' && place.step >= 0;
    this.#dragFrom = drags ? place.step : null;
    this.#isDragged = false;
  };

  readonly move = (event: PointerEvent): void => {
    const place = placeOf(event);
    hover.value = place && spotOf(place);
    if (this.#dragFrom === null || !place || place.step === this.#dragFrom) return;
    this.#isDragged = true;
    selectRange(this.#dragFrom, place.step);
  };

  readonly up = (event: PointerEvent): void => {
    this.#dragFrom = null;
    const place = placeOf(event);
    if (this.#isDragged || !place || place.step < 0) return;
    const spot = spotOf(place);
    cursor.value = spot;
    pin(spot);
  };

  readonly leave = (): void => {
    hover.value = null;
    this.#dragFrom = null;
  };
}

/** Where the cursor starts: at the token that is shown. */
export function startCursor(): void {
  cursor.value ??= { step: shownToken.peek(), layer: null, unit: null };
}

/** Moves the cursor, pins and clears. Other keys keep their meaning. */
export function keyPressed(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const from = cursor.peek() ?? { step: shownToken.peek(), layer: null, unit: null };
  const order = unitsInOrder.peek();
  const room = {
    ...{ n: reading.peek()?.ids.length ?? 0, widths: widths.peek(), unitAt },
    positionOf: (layer: number, unit: number) => positionOf(order, layer, unit),
  };
  const to = moved(event.key, from, room);
  if (to) {
    if (event.shiftKey && to.step !== from.step) extendRange(from.step, to.step);
    cursor.value = to;
  } else if (event.key === 'Enter' || event.key === ' ') pin(from);
  else if (event.key === 'Escape') clearPins();
  else return;
  event.preventDefault();
}

/** Moves the end of the range that lies at the cursor. */
function extendRange(from: number, to: number): void {
  const range = selectedRange.peek();
  if (range?.first === from && range.last !== from) selectRange(range.last, to);
  else if (range?.last === from) selectRange(range.first, to);
  else selectRange(from, to);
}
