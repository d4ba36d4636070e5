import { sequential, shareOfBits } from '../../../charts/scales.ts';
import { visible } from '../../../parts/visible.ts';
import { BLOCK, MOST_BITS, ROW, SHOWN } from './layout.ts';
import type { Drawn, Scene } from './scene.ts';
import { fitted } from './text-fit.ts';

/** The most likely next tokens, each with a bar; the one that came has a frame and a check mark. */
export function paintPredictions(
  context: CanvasRenderingContext2D,
  { layout, facts, look, ink, before }: Scene,
  { step, left, column }: Drawn,
): void {
  const { top } = layout.predictions;
  if (!column) {
    context.fillStyle = ink.line;
    for (let k = 0; k < SHOWN; k++) context.fillRect(left, top + k * ROW + ROW / 2, BLOCK / 2, 1);
    return;
  }
  const { window, row } = column;
  const came = facts.ids[step + 1];
  const earlier = before?.columns.at(step) ?? null;
  for (let k = 0; k < Math.min(SHOWN, window.K); k++) {
    const at = row * window.K + k;
    const [id, p] = [window.topIds[at], window.topProbabilities[at]];
    const y = top + k * ROW;
    context.fillStyle = sequential(0.15 + 0.85 * p, look.scheme);
    context.fillRect(left, y + 1, Math.max(1, p * BLOCK), ROW - 3);
    if (earlier) markEarlier(context, ink.ink, probabilityOf(earlier, id), p, left, y);
    const isRight = id === came && step + 1 < facts.ids.length;
    if (isRight) {
      context.strokeStyle = ink.ink;
      context.lineWidth = 1.25;
      context.strokeRect(left - 1.5, y + 0.5, BLOCK + 3, ROW - 2);
    }
    context.fillStyle = ink.ink;
    context.textAlign = 'left';
    const text = visible(window.topTexts[at]);
    context.fillText(fitted(context, text, BLOCK - (isRight ? 14 : 4)), left + 2, y + ROW / 2);
    if (isRight) context.fillText('✓', left + BLOCK - 11, y + ROW / 2);
  }
}

/** The probability of a token before the text was changed; null if it was not among the most likely ones. */
function probabilityOf({ window, row }: NonNullable<Drawn['column']>, id: number): number | null {
  const at = window.topIds.indexOf(id, row * window.K);
  return at >= 0 && at < (row + 1) * window.K ? window.topProbabilities[at] : null;
}

function markEarlier(
  context: CanvasRenderingContext2D,
  colour: string,
  before: number | null,
  now: number,
  left: number,
  y: number,
): void {
  if (before === null || before === now) return;
  context.fillStyle = colour;
  context.fillRect(left + before * BLOCK - 1, y, 2, ROW - 1);
}

/** The surprisal of the token that came, as a tick on a scale of bits; before the text was changed, as a hollow one. */
export function paintBits(
  context: CanvasRenderingContext2D,
  { layout, facts, look, ink, before }: Scene,
  { step, left }: Drawn,
): void {
  const { top, height } = layout.bits;
  const y = (bits: number) => top + height - (Math.min(bits, MOST_BITS) / MOST_BITS) * height;
  context.fillStyle = ink.line;
  for (let bits = 0; bits <= MOST_BITS; bits += 8) context.fillRect(left - 9, y(bits), BLOCK + 18, 1);
  if (step + 1 >= facts.ids.length) return;
  const bits = facts.bits[step + 1];
  context.fillStyle = sequential(shareOfBits(bits), look.scheme);
  context.fillRect(left + BLOCK / 2 - 9, y(bits), 18, top + height - y(bits));
  context.fillStyle = ink.ink;
  context.fillRect(left + BLOCK / 2 - 13, y(bits) - 1, 26, 2.5);
  context.textAlign = 'left';
  // The arrow says that the bar is cut at the end of the scale.
  context.fillText(
    bits > MOST_BITS ? `↑${bits.toFixed(1)}` : bits.toFixed(1),
    left + BLOCK / 2 + 15,
    Math.min(top + height - 6, Math.max(top + 6, y(bits))),
  );
  const earlier = before?.facts.bits[step + 1];
  if (earlier === undefined || Math.abs(earlier - bits) < 0.005) return;
  context.strokeStyle = ink.ink;
  context.lineWidth = 1;
  context.strokeRect(left + BLOCK / 2 - 27, y(earlier) - 2, 12, 4);
}
