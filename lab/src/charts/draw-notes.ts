import type uPlot from 'uplot';
import type { Pixel } from './box.ts';
import type { Note } from './contents.ts';
import { placeNotes } from './place-notes.ts';

/** Draws notes on the canvas of a chart. @param paper the colour behind the words, where curves cross them */
export function drawNotes(chart: uPlot, notes: readonly Note[], paper: string): void {
  if (notes.length === 0) return;
  const { ctx, bbox, valToPos } = chart;
  const pixel = devicePixelRatio;
  ctx.save();
  ctx.font = `${12 * pixel}px system-ui, sans-serif`;
  ctx.textAlign = 'left';
  ctx.textBaseline = 'middle';
  const measured = notes
    .map((note) => ({
      ...note,
      ...{ x: valToPos(note.x, 'x', true), y: valToPos(note.y, 'y', true) },
      width: ctx.measureText(note.text).width,
    }))
    .filter(({ x, y }) => Number.isFinite(x) && Number.isFinite(y));
  const boxes = placeNotes(measured, curvesOf(chart), bbox, pixel);
  for (const [i, { x, y, text, colour, kind }] of measured.entries()) {
    ctx.fillStyle = ctx.strokeStyle = colour;
    ctx.lineWidth = 2 * pixel;
    if (kind === 'best') fillDiamond(ctx, x, y, 6 * pixel);
    if (kind === 'chosen') strokeRing(ctx, x, y, 7 * pixel);
    const { left, top, height } = boxes[i];
    ctx.strokeStyle = paper;
    ctx.lineWidth = 4 * pixel;
    ctx.strokeText(text, left, top + height / 2);
    ctx.fillText(text, left, top + height / 2);
  }
  ctx.restore();
}

/** The points of the curves that are shown, in pixels. */
function curvesOf({ data: [xs, ...rows], series, valToPos }: uPlot): Pixel[][] {
  const across = Array.from(xs, (x) => valToPos(x, 'x', true));
  return rows
    .filter((_, i) => series[i + 1].show)
    .map((row) =>
      Array.from(row, (y, i) => ({ x: across[i], y: y == null ? Number.NaN : valToPos(y, 'y', true) })),
    )
    .map((points) => points.filter(({ x, y }) => Number.isFinite(x) && Number.isFinite(y)));
}

function fillDiamond(ctx: CanvasRenderingContext2D, x: number, y: number, r: number): void {
  ctx.beginPath();
  ctx.moveTo(x, y - r);
  ctx.lineTo(x + r, y);
  ctx.lineTo(x, y + r);
  ctx.lineTo(x - r, y);
  ctx.fill();
}

function strokeRing(ctx: CanvasRenderingContext2D, x: number, y: number, r: number): void {
  ctx.beginPath();
  ctx.arc(x, y, r, 0, 2 * Math.PI);
  ctx.stroke();
}
