import { MOST_BITS } from './layout.ts';
import type { Scene } from './scene.ts';
import { fitted } from './text-fit.ts';

/** The names of the bands, which stay at the left while the text scrolls. */
export function paintLabels(context: CanvasRenderingContext2D, scene: Scene): void {
  const { layout, ink, labels, unit } = scene;
  const { gutter, predictions, bits, grids, curve } = layout;
  context.fillStyle = ink.paper;
  context.fillRect(0, 0, gutter, layout.height);
  context.fillStyle = ink.line;
  context.fillRect(gutter - 1, 0, 1, layout.height);
  context.fillStyle = ink.soft;
  context.textAlign = 'right';
  const write = (text: string, y: number) =>
    context.fillText(fitted(context, text, gutter - 8), gutter - 6, y);
  write(labels.next, predictions.top + predictions.height / 2);
  for (const value of [0, 8, MOST_BITS])
    write(
      value === MOST_BITS ? `${value} ${labels.bits}` : String(value),
      bits.top + bits.height * (1 - value / MOST_BITS),
    );
  for (const { name, layer, top, height } of grids)
    write(name === 'h' ? labels.layer(layer + 1) : name, top + height / 2);
  if (!curve || !unit) return;
  write(`h${unit.unit}`, curve.top + curve.height / 2);
}
