import { BLOCK } from './layout.ts';
import type { Drawn, Scene } from './scene.ts';

/** The activation of the selected unit over the text. */
export function paintCurve(context: CanvasRenderingContext2D, scene: Scene, drawn: readonly Drawn[]): void {
  const { layout, ink, look, unit } = scene;
  if (!layout.curve || !unit) return;
  const { top, height } = layout.curve;
  const y = (value: number) => top + (height / 2) * (1 - Math.max(-1, Math.min(1, value / look.limit)));
  context.fillStyle = ink.line;
  for (const value of [-look.limit, 0, look.limit]) context.fillRect(layout.gutter, y(value), scene.width, 1);
  const points = drawn.flatMap(({ left, column }) => {
    const layer = column?.window.layers[unit.layer];
    if (!column || !layer || unit.unit >= layer.width) return [];
    return [{ x: left + BLOCK / 2, y: y(layer.h[column.row * layer.width + unit.unit]) }];
  });
  context.strokeStyle = ink.accent;
  context.lineWidth = 2;
  context.beginPath();
  for (const point of points) context.lineTo(point.x, point.y);
  context.stroke();
  context.fillStyle = ink.accent;
  for (const point of points) {
    context.beginPath();
    context.arc(point.x, point.y, 3, 0, 2 * Math.PI);
    context.fill();
  }
}
