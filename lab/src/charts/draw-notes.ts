import type uPlot from 'uplot';
import type { Note } from './contents.ts';

/** Draws notes on the canvas of a chart. @param paper the colour behind the words, where curves cross them */
export function drawNotes({ ctx, bbox, valToPos }: uPlot, notes: readonly Note[], paper: string): void {
  const pixel = devicePixelRatio;
  ctx.save();
  ctx.font = `${12 * pixel}px system-ui, sans-serif`;
  for (const { x, y, text, colour, kind } of notes) {
    const [left, top] = [valToPos(x, 'x', true), valToPos(y, 'y', true)];
    if (!Number.isFinite(left) || !Number.isFinite(top)) continue;
    ctx.fillStyle = ctx.strokeStyle = colour;
    ctx.lineWidth = 2 * pixel;
    if (kind === 'best') fillDiamond(ctx, left, top, 6 * pixel);
    if (kind === 'chosen') strokeRing(ctx, left, top, 7 * pixel);
    // Words stay inside of the chart.
    const isLate = left > bbox.left + 0.6 * bbox.width;
    const isBelow = kind === 'name-below' || top < bbox.top + 24 * pixel;
    ctx.textAlign = isLate ? 'right' : 'left';
    ctx.textBaseline = isBelow ? 'top' : 'bottom';
    const [across, away] = kind === 'best' ? [9 * pixel, 6 * pixel] : [0, 3 * pixel];
    const [x1, y1] = [left + (isLate ? -across : across), top + (isBelow ? away : -away)];
    ctx.strokeStyle = paper;
    ctx.lineWidth = 4 * pixel;
    ctx.strokeText(text, x1, y1);
    ctx.fillText(text, x1, y1);
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
