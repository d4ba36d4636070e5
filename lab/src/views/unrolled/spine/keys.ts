import type { Spot } from './scene.ts';

/** What the keyboard moves in: the number of tokens, and the units of each layer in the order in which they are drawn. */
export interface Room {
  readonly n: number;
  readonly widths: readonly number[];
  readonly unitAt: (layer: number, position: number) => number;
  readonly positionOf: (layer: number, unit: number) => number;
}

/** Tokens that Page Up and Page Down move by. */
const PAGE = 10;

/** Where a key moves the cursor; null for a key that moves nothing. */
export function moved(key: string, from: Spot, room: Room): Spot | null {
  const to = (step: number) => ({ ...from, step: Math.max(0, Math.min(room.n - 1, step)) });
  switch (key) {
    case 'ArrowLeft':
      return to(from.step - 1);
    case 'ArrowRight':
      return to(from.step + 1);
    case 'PageUp':
      return to(from.step - PAGE);
    case 'PageDown':
      return to(from.step + PAGE);
    case 'Home':
      return to(0);
    case 'End':
      return to(room.n - 1);
    case 'ArrowUp':
      return vertical(from, -1, room);
    case 'ArrowDown':
      return vertical(from, 1, room);
    default:
      return null;
  }
}

/** The unit above or below, through the layers from the top one to the bottom one; above the first one, the whole column. */
function vertical(from: Spot, by: 1 | -1, { widths, unitAt, positionOf }: Room): Spot {
  const top = widths.length - 1;
  const { step } = from;
  const at = (layer: number, position: number) => ({ step, layer, unit: unitAt(layer, position) });
  const column = { step, layer: null, unit: null };
  if (from.layer === null || from.unit === null) return by > 0 && top >= 0 ? at(top, 0) : column;
  const position = positionOf(from.layer, from.unit) + by;
  if (position >= 0 && position < widths[from.layer]) return at(from.layer, position);
  const layer = from.layer - by;
  if (layer > top) return column;
  return layer < 0 ? from : at(layer, by > 0 ? 0 : widths[layer] - 1);
}
