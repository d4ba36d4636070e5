import type { SimilarToken, WordMap } from '../../engine/words/calls.ts';
import { visible } from '../../parts/visible.ts';
import { LabelPlaces, type MapView, type Point, toPixels } from './map-view.ts';

/** What is drawn. */
export interface MapScene {
  readonly map: WordMap;
  readonly view: MapView;
  /** The id of the selected token, and its neighbours. */
  readonly selected: number | null;
  readonly nearest: readonly SimilarToken[];
  /** The index of the token under the pointer; null: none. */
  readonly pointed: number | null;
}

const [RADIUS, HEIGHT] = [2.5, 15];

interface Colours {
  readonly ink: string;
  readonly soft: string;
  readonly line: string;
  readonly accent: string;
  readonly paper: string;
}

/** Draws the map: lines to the neighbours, points, and as many labels as have room, frequent tokens first. */
export function drawMap(canvas: HTMLCanvasElement, scene: MapScene): void {
  const ratio = devicePixelRatio;
  const { clientWidth: width, clientHeight: height } = canvas;
  [canvas.width, canvas.height] = [Math.round(width * ratio), Math.round(height * ratio)];
  const context = canvas.getContext('2d') as CanvasRenderingContext2D;
  context.scale(ratio, ratio);
  const style = getComputedStyle(canvas);
  const of = (name: string) => style.getPropertyValue(name);
  const colours = {
    ...{ ink: of('--ink'), soft: of('--ink-soft'), line: of('--line') },
    ...{ accent: of('--accent'), paper: of('--paper') },
  };
  context.font = `13px ${style.fontFamily}`;
  const { map, view } = scene;
  const places = map.tokens.map((_, i) => toPixels(view, map.x[i], map.y[i]));
  drawAxes(context, view, width, height, colours);
  drawLines(context, scene, places, colours);
  drawPoints(context, scene, places, colours);
  drawLabels(context, scene, places, { width, height, colours });
}

function drawAxes(
  context: CanvasRenderingContext2D,
  view: MapView,
  width: number,
  height: number,
  { line }: Colours,
): void {
  context.strokeStyle = line;
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(0, view.y);
  context.lineTo(width, view.y);
  context.moveTo(view.x, 0);
  context.lineTo(view.x, height);
  context.stroke();
}

/** The indices of the neighbours that are on the map. */
function neighboursOf({ map, nearest }: MapScene): number[] {
  const ids = new Set(nearest.map(({ id }) => id));
  return map.tokens.flatMap(({ id }, i) => (ids.has(id) ? [i] : []));
}

function drawLines(
  context: CanvasRenderingContext2D,
  scene: MapScene,
  places: readonly Point[],
  { accent }: Colours,
): void {
  const from = places[scene.map.tokens.findIndex(({ id }) => id === scene.selected)];
  if (!from) return;
  context.strokeStyle = accent;
  context.lineWidth = 1.5;
  context.beginPath();
  for (const i of neighboursOf(scene)) {
    context.moveTo(from.x, from.y);
    context.lineTo(places[i].x, places[i].y);
  }
  context.stroke();
}

function drawPoints(
  context: CanvasRenderingContext2D,
  { map, selected, pointed, nearest }: MapScene,
  places: readonly Point[],
  { soft, accent }: Colours,
): void {
  const ids = new Set(nearest.map(({ id }) => id));
  for (const [i, { x, y }] of places.entries()) {
    const { id } = map.tokens[i];
    const isMarked = id === selected || i === pointed;
    context.fillStyle = isMarked || ids.has(id) ? accent : soft;
    context.beginPath();
    context.arc(x, y, isMarked ? 2 * RADIUS : RADIUS, 0, 2 * Math.PI);
    context.fill();
  }
}

function drawLabels(
  context: CanvasRenderingContext2D,
  scene: MapScene,
  places: readonly Point[],
  { width, height, colours }: { readonly width: number; readonly height: number; readonly colours: Colours },
): void {
  const { map, selected, pointed } = scene;
  const own = map.tokens.findIndex(({ id }) => id === selected);
  const first = [own, pointed ?? -1, ...neighboursOf(scene)].filter((i) => i >= 0);
  const taken = new LabelPlaces();
  for (const i of new Set([...first, ...map.tokens.keys()])) {
    const { x, y } = places[i];
    if (x < 0 || y < 0 || x > width || y > height) continue;
    const text = visible(map.tokens[i].token);
    const left = x + 2 * RADIUS + 2;
    const right = left + context.measureText(text).width;
    if (!taken.take({ left: x - RADIUS, top: y - HEIGHT / 2, right, bottom: y + HEIGHT / 2 })) continue;
    context.fillStyle = i === own || i === pointed ? colours.accent : colours.ink;
    context.lineWidth = 3;
    context.strokeStyle = colours.paper;
    context.strokeText(text, left, y + 4.5);
    context.fillText(text, left, y + 4.5);
  }
}
