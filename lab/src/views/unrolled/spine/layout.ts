/** Widths of a column, of what is drawn in it and of the gap that arrows cross, in CSS pixels. */
export const COLUMN = 78;
export const BLOCK = 60;
export const GAP: number = COLUMN - BLOCK;
/** The sizes of a cell, of which the largest is taken whose layers fit into LAYERS_HEIGHT. */
const CELLS = [12, 10, 8, 7, 6, 5, 4, 3, 2, 1];
const LAYERS_HEIGHT = 300;
/** Predictions that are drawn in a column. */
export const SHOWN = 3;
export const ROW = 18;
/** The end of the scale of surprisals, in bits. */
export const MOST_BITS = 16;

/** A horizontal band of the picture. */
export interface Band {
  readonly top: number;
  readonly height: number;
}

/** The units of a layer, wrapped into rows: position p stands in row ⌊p / across⌋. */
export interface Grid extends Band {
  /** What is drawn: `h`, `c` or a gate. */
  readonly name: string;
  readonly layer: number;
  /** H */
  readonly width: number;
  /** Height of a row; its cells are `cell` wide. */
  readonly rowHeight: number;
}

export interface Layout {
  /** Width of the labels at the left. */
  readonly gutter: number;
  readonly cell: number;
  readonly across: number;
  readonly predictions: Band;
  readonly bits: Band;
  /** From top to bottom: the top layer first, each with its h, then c and gates where they are shown. */
  readonly grids: readonly Grid[];
  /** The curve of the selected unit; null without one. */
  readonly curve: Band | null;
  readonly token: Band;
  readonly height: number;
}

/** What the picture shows. */
export interface Shown {
  /** H of each layer, from bottom to top. */
  readonly widths: readonly number[];
  /** Names of `c` and the gates, as far as they are shown. */
  readonly strips: readonly string[];
  readonly hasCurve: boolean;
  readonly gutter: number;
}

/** Where everything stands, from top to bottom: predictions, surprisal, layers, the curve of a unit, the token. */
export function layoutOf({ widths, strips, hasCurve, gutter }: Shown): Layout {
  const cell = cellFor(widths);
  const across = Math.max(1, Math.floor(BLOCK / cell));
  let top = 4;
  const band = (height: number, after: number): Band => {
    const one = { top, height };
    top += height + after;
    return one;
  };
  const predictions = band(SHOWN * ROW, 8);
  const bits = band(56, 22);
  const grids: Grid[] = [];
  for (const [layer, width] of [...widths.entries()].reverse()) {
    for (const name of ['h', ...strips]) {
      const rowHeight = name === 'h' ? cell : Math.max(1, Math.round(cell / 4));
      const isLast = name === (strips.at(-1) ?? 'h');
      grids.push({
        ...{ name, layer, width, rowHeight },
        ...band(Math.ceil(width / across) * rowHeight, isLast ? 20 : 5),
      });
    }
  }
  const curve = hasCurve ? band(46, 14) : null;
  const token = band(24, 6);
  return { gutter, cell, across, predictions, bits, grids, curve, token, height: top };
}

/** The largest cell with which all units of all layers fit. */
function cellFor(widths: readonly number[]): number {
  const heightOf = (cell: number) =>
    widths.reduce((sum, width) => sum + Math.ceil(width / Math.floor(BLOCK / cell)) * cell, 0);
  return CELLS.find((cell) => heightOf(cell) <= LAYERS_HEIGHT) ?? 1;
}

/** The left end of a step's column in the whole picture; step −1 comes first. */
export function columnLeft(layout: Layout, step: number): number {
  return layout.gutter + (step + 1) * COLUMN + GAP / 2;
}

/** The width of the whole picture for n tokens. */
export function pictureWidth(layout: Layout, n: number): number {
  return layout.gutter + (n + 1) * COLUMN + GAP;
}

/** The first and last step that can be seen. */
export function visibleSteps(
  { gutter }: Layout,
  n: number,
  scroll: number,
  width: number,
): { readonly first: number; readonly last: number } {
  const first = Math.max(-1, Math.floor(scroll / COLUMN) - 1);
  return { first, last: Math.min(n - 1, Math.floor((scroll + width - gutter) / COLUMN)) };
}

/** What lies at a point of the picture. */
export interface Place {
  readonly step: number;
  /** The band: a grid, or the token's text; null: another one. */
  readonly at: Grid | 'token' | null;
  /** The position of a cell in its grid. */
  readonly position: number;
}

/** What lies at a point, x in the whole picture; null beside all columns. */
export function placeAt(layout: Layout, n: number, x: number, y: number): Place | null {
  const step = Math.floor((x - layout.gutter) / COLUMN) - 1;
  if (x < layout.gutter || step >= n) return null;
  const isIn = ({ top, height }: Band) => y >= top && y < top + height;
  if (isIn(layout.token)) return { step, at: 'token', position: -1 };
  const grid = layout.grids.find(isIn);
  const column = Math.floor((x - columnLeft(layout, step)) / layout.cell);
  if (!grid || column < 0 || column >= layout.across) return { step, at: null, position: -1 };
  const position = Math.floor((y - grid.top) / grid.rowHeight) * layout.across + column;
  return position < grid.width ? { step, at: grid, position } : { step, at: null, position: -1 };
}

/** The scroll position that shows a column, as near as possible to the present one. */
export function scrollTo(layout: Layout, step: number, scroll: number, width: number): number {
  const left = (step + 1) * COLUMN;
  const room = width - layout.gutter - COLUMN - GAP;
  return Math.max(0, Math.min(left, Math.max(scroll, left - room)));
}
