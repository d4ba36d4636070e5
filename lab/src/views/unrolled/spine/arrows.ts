import { BLOCK, GAP, type Grid } from './layout.ts';
import type { Drawn, Scene } from './scene.ts';

/** The largest width of a backward arrow, in CSS pixels. */
const WIDEST = 9;

/** Arrows: h → h between columns, a line per layer; upwards within a column; backwards by the norms of the gradients. */
export function paintArrows(context: CanvasRenderingContext2D, scene: Scene, drawn: readonly Drawn[]): void {
  const states = scene.layout.grids.filter(({ name }) => name === 'h');
  for (const { step, left } of drawn) {
    paintUpwards(context, scene, states, left);
    for (const grid of states) {
      const isReset = scene.facts.resets.includes(step);
      if (!isReset) forward(context, scene, grid, left);
      if (scene.gradients && !isReset) backward(context, scene, grid, step, left);
    }
  }
}

/** The arrow from the column before: the forward chain is never cut by a block. */
function forward(context: CanvasRenderingContext2D, { ink }: Scene, grid: Grid, left: number): void {
  const y = grid.top + grid.height * 0.35;
  line(context, ink.soft, 1.25, left - GAP + 1, y, left - 2, y);
  head(context, ink.soft, left - 1, y, 1, 3.5);
}

/** The arrow to the column before, as wide as the gradient w.r.t. the state there is large. */
function backward(
  context: CanvasRenderingContext2D,
  { ink, gradients, blockLength }: Scene,
  grid: Grid,
  step: number,
  left: number,
): void {
  if (!gradients || step > gradients.step || step <= gradients.first) return;
  const norms = gradients.norms[grid.layer];
  const share = norms[step - 1 - gradients.first] / (gradients.widest || 1);
  const y = grid.top + grid.height * 0.35 + 12;
  const isBeyond =
    blockLength !== null && blockOf(step - 1, blockLength) < blockOf(gradients.step, blockLength);
  context.globalAlpha = isBeyond ? 0.35 : 1;
  line(context, ink.accent, Math.max(0.5, WIDEST * share), left - 3, y, left - GAP + 6, y);
  head(context, ink.accent, left - GAP + 1, y, -1, Math.max(3, WIDEST * share * 0.8));
  context.globalAlpha = 1;
}

/** The block of training in which a step would lie if the text began with a block. */
export function blockOf(step: number, blockLength: number): number {
  return Math.floor(Math.max(0, step) / blockLength);
}

/** From the token through the layers to the predictions. */
function paintUpwards(
  context: CanvasRenderingContext2D,
  { layout, ink }: Scene,
  states: readonly Grid[],
  left: number,
): void {
  const x = left + BLOCK / 2;
  const ends = [...states.map(({ top }) => top), layout.token.top];
  for (const end of ends) line(context, ink.line, 1, x, end - 2, x, end - 14);
  for (const end of ends) head(context, ink.line, x, end - 16, 0, 3);
}

/** Marks before a step whose state is 0, and lines through the backward arrows where a block of training ends. */
export function paintCuts(context: CanvasRenderingContext2D, scene: Scene, drawn: readonly Drawn[]): void {
  const { layout, ink, facts, gradients, blockLength } = scene;
  const states = layout.grids.filter(({ name }) => name === 'h');
  for (const { step, left } of drawn) {
    const x = left - GAP / 2;
    const isReset = step >= 0 && facts.resets.includes(step);
    for (const grid of states) {
      if (isReset) zero(context, ink.ink, x, grid);
      if (gradients === null || blockLength === null || step <= 0 || step % blockLength > 0) continue;
      line(context, ink.ink, 2, x, grid.top + grid.height * 0.35 + 5, x, grid.top + grid.height);
      context.fillStyle = ink.ink;
      context.textAlign = 'center';
      context.fillText(`T = ${blockLength}`, x, grid.top + grid.height + 9);
    }
  }
}

/** h = 0: a bar with the number. */
function zero(context: CanvasRenderingContext2D, colour: string, x: number, { top, height }: Grid): void {
  line(context, colour, 2, x, top, x, top + height);
  context.fillStyle = colour;
  context.textAlign = 'center';
  context.fillText('0', x, top - 8);
}

function line(
  context: CanvasRenderingContext2D,
  colour: string,
  width: number,
  x1: number,
  y1: number,
  x2: number,
  y2: number,
): void {
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.beginPath();
  context.moveTo(x1, y1);
  context.lineTo(x2, y2);
  context.stroke();
}

/** The head of an arrow that points right (1), left (−1) or up (0). */
function head(
  context: CanvasRenderingContext2D,
  colour: string,
  x: number,
  y: number,
  towards: 1 | -1 | 0,
  size: number,
): void {
  context.fillStyle = colour;
  context.beginPath();
  context.moveTo(x, y);
  if (towards === 0) {
    context.lineTo(x - size, y + 1.6 * size);
    context.lineTo(x + size, y + 1.6 * size);
  } else {
    context.lineTo(x - towards * 1.6 * size, y - size);
    context.lineTo(x - towards * 1.6 * size, y + size);
  }
  context.fill();
}
