import { sequential, shareOfBits } from '../../../charts/scales.ts';
import { paintArrows, paintCuts } from './arrows.ts';
import { paintCells } from './cells.ts';
import { paintCurve } from './curve.ts';
import type { Images } from './images.ts';
import { paintLabels } from './labels.ts';
import { BLOCK, COLUMN, columnLeft, GAP, visibleSteps } from './layout.ts';
import { paintBits, paintPredictions } from './predictions.ts';
import { type Drawn, type Scene, tokenText } from './scene.ts';
import { fitted } from './text-fit.ts';

export const FONT = '12px system-ui, "Apple SD Gothic Neo", "Malgun Gothic", "Noto Sans KR", sans-serif';

/** Draws the part of the picture that can be seen. */
export function paint(context: CanvasRenderingContext2D, scene: Scene, images: Images): void {
  const { layout, width, ink } = scene;
  context.clearRect(0, 0, width, layout.height);
  context.fillStyle = ink.paper;
  context.fillRect(0, 0, width, layout.height);
  context.font = FONT;
  context.textBaseline = 'middle';
  const drawn = drawnSteps(scene);
  for (const one of drawn) paintGround(context, scene, one);
  paintArrows(context, scene, drawn);
  for (const one of drawn) {
    paintPredictions(context, scene, one);
    paintBits(context, scene, one);
    paintCells(context, scene, one, images);
    paintToken(context, scene, one);
  }
  paintCurve(context, scene, drawn);
  paintCuts(context, scene, drawn);
  paintLabels(context, scene);
}

/** The steps that can be seen, with their columns as far as these have come. */
export function drawnSteps({ layout, facts, scroll, width, columns }: Scene): readonly Drawn[] {
  const { first, last } = visibleSteps(layout, facts.ids.length, scroll, width);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => {
    const step = first + i;
    return { step, left: columnLeft(layout, step) - scroll, column: columns.at(step) };
  });
}

/** The background of a column that is pinned, in the range, or under the pointer or the cursor. */
function paintGround(
  context: CanvasRenderingContext2D,
  { layout, ink, token, range, hover, cursor }: Scene,
  { step, left }: Drawn,
): void {
  const x = left - GAP / 2;
  const isIn = range !== null && step >= range.first && step <= range.last;
  if (step === token || isIn || step === hover?.step || step === cursor?.step) {
    context.fillStyle = ink.panel;
    context.fillRect(x, 0, COLUMN, layout.height);
  }
  context.fillStyle = ink.accent;
  if (step === token) context.fillRect(x, layout.height - 3, COLUMN, 3);
  if (isIn) context.fillRect(x, layout.token.top - 3, COLUMN, 2);
}

/** The token, on the colour of its surprisal. */
function paintToken(
  context: CanvasRenderingContext2D,
  { layout, look, ink, facts }: Scene,
  { step, left }: Drawn,
): void {
  const { top, height } = layout.token;
  if (step >= 0) {
    context.fillStyle = sequential(shareOfBits(facts.bits[step]), look.scheme);
    context.beginPath();
    context.roundRect(left - 4, top, BLOCK + 8, height, 4);
    context.fill();
  }
  const isReplaced = facts.replaced.some(({ token }) => token === step);
  context.fillStyle = step < 0 ? ink.soft : ink.ink;
  context.textAlign = 'center';
  const text = fitted(context, tokenText(facts, step), BLOCK + 4);
  context.fillText(text, left + BLOCK / 2, top + height / 2 + 1);
  if (isReplaced) context.fillRect(left, top + height - 3, BLOCK, 2);
  if (step >= 0 && facts.known[step] === 0 && !isReplaced) dashedLine(context, left, top + height - 3);
}

/** Marks a token that is not in the vocabulary. */
function dashedLine(context: CanvasRenderingContext2D, left: number, y: number): void {
  for (let x = 0; x < BLOCK; x += 8) context.fillRect(left + x, y, 5, 1.5);
}
