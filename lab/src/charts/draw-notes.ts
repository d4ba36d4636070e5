import type uPlot from 'uplot';
import type { Note } from './contents.ts';
import { placeNotes } from './place-notes.ts';

/** Draws notes on the canvas of a chart. @param paper the colour behind the words, where curves cross them */
export function drawNotes({ ctx, bbox, valToPos }: uPlot, notes: readonly Note[], paper: string): void {
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
  const boxes = placeNotes(measured, bbox, pixel);
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
