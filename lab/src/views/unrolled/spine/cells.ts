import type { ColumnWindow } from '../../../engine/reading/calls.ts';
import { type Images, numbersOf } from './images.ts';
import { BLOCK, type Grid, type Layout } from './layout.ts';
import type { Drawn, Scene, Spot } from './scene.ts';

/** Cells of this size and more have a mark for a negative sign. */
const MARKED = 8;
/** Cells of this size and more are separated by lines. */
const SEPARATED = 5;

/** The cells of all layers in a column, with their gates as strips. */
export function paintCells(
  context: CanvasRenderingContext2D,
  scene: Scene,
  { step, left, column }: Drawn,
  images: Images,
): void {
  const { layout, ink } = scene;
  for (const grid of layout.grids) {
    const image = column && images.of(column.window, grid, scene.look);
    if (!image || !column) {
      context.fillStyle = ink.panel;
      context.fillRect(left, grid.top, layout.across * layout.cell, grid.height);
      continue;
    }
    const { across, cell } = layout;
    context.fillStyle = ink.paper;
    context.fillRect(left - 1, grid.top - 1, across * cell + 2, grid.height + 2);
    context.imageSmoothingEnabled = false;
    const { row } = column;
    context.drawImage(
      image,
      row * across,
      0,
      across,
      image.height,
      left,
      grid.top,
      across * cell,
      grid.height,
    );
    if (grid.name === 'h') paintMarks(context, scene, grid, column.window, row, left);
    context.strokeStyle = ink.line;
    context.lineWidth = 1;
    context.strokeRect(left - 1.5, grid.top - 1.5, across * cell + 3, grid.height + 3);
  }
  paintSpots(context, scene, step, left);
}

/** Lines between large cells, and a minus in those with a clearly negative number. */
function paintMarks(
  context: CanvasRenderingContext2D,
  { layout, ink, look }: Scene,
  grid: Grid,
  window: ColumnWindow,
  row: number,
  left: number,
): void {
  const { across, cell } = layout;
  if (cell < SEPARATED) return;
  context.fillStyle = ink.paper;
  for (let x = 0; x <= across; x++) context.fillRect(left + x * cell - 0.5, grid.top, 1, grid.height);
  for (let y = 0; y <= grid.height / cell; y++) context.fillRect(left, grid.top + y * cell - 0.5, BLOCK, 1);
  if (cell < MARKED) return;
  const numbers = numbersOf(window, grid);
  const units = look.order?.[grid.layer];
  context.fillStyle = ink.soft;
  for (let position = 0; position < grid.width; position++) {
    const value = numbers?.[row * grid.width + (units ? units[position] : position)] ?? 0;
    if (value > -0.15 * look.limit) continue;
    const { x, y } = cellAt(layout, grid, position);
    context.fillRect(left + x + cell / 2 - 2, y + cell / 2 - 0.5, 4, 1);
  }
}

/** The top left corner of a cell, x from the left end of its column. */
export function cellAt(
  { across, cell }: Layout,
  { top, rowHeight }: Grid,
  position: number,
): { readonly x: number; readonly y: number } {
  return { x: (position % across) * cell, y: top + Math.floor(position / across) * rowHeight };
}

/** The position of a unit in its layer's grids. */
export function positionOf(order: readonly Int32Array[] | null, layer: number, unit: number): number {
  return order ? order[layer].indexOf(unit) : unit;
}

/** Frames around the pinned unit in every column, and around the cells under the pointer and the cursor. */
function paintSpots(context: CanvasRenderingContext2D, scene: Scene, step: number, left: number): void {
  const { ink, unit, hover, cursor } = scene;
  if (unit) frame(context, scene, { step, ...unit }, left, ink.ink, 1);
  if (hover?.step === step) frame(context, scene, hover, left, ink.ink, 1.5);
  if (cursor?.step !== step) return;
  frame(context, scene, cursor, left, ink.accent, 3);
  if (cursor.unit !== null) return;
  context.strokeStyle = ink.accent;
  context.lineWidth = 3;
  context.strokeRect(left - 7, 2, BLOCK + 14, scene.layout.height - 4);
}

function frame(
  context: CanvasRenderingContext2D,
  { layout, look }: Scene,
  { layer, unit }: Spot,
  left: number,
  colour: string,
  lineWidth: number,
): void {
  const grid = layout.grids.find((one) => one.layer === layer && one.name === 'h');
  if (!grid || unit === null || unit >= grid.width) return;
  const { x, y } = cellAt(layout, grid, positionOf(look.order, grid.layer, unit));
  context.strokeStyle = colour;
  context.lineWidth = lineWidth;
  const out = 0.5 + lineWidth / 2;
  context.strokeRect(left + x - out, y - out, layout.cell + 2 * out, grid.rowHeight + 2 * out);
}
