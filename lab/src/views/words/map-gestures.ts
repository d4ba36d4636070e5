import type { Point } from './map-view.ts';

/** What gestures do. Places are in pixels of the canvas. */
export interface MapActs {
  pan(dx: number, dy: number): void;
  zoom(by: number, at: Point): void;
  point(x: number, y: number): void;
  choose(x: number, y: number): void;
}

/** A pointer that moved less than this was a click, in pixels. */
const STILL = 5;

/** Dragging, pinching and the wheel on a map. The wheel zooms once the map has the focus, or with Ctrl, so that the page scrolls. */
export class MapGestures {
  act: MapActs = { pan: () => {}, zoom: () => {}, point: () => {}, choose: () => {} };
  /** The pointers that are down. */
  readonly #down: Map<number, Point> = new Map();
  #moved = 0;

  listen(canvas: HTMLCanvasElement): () => void {
    const stop = new AbortController();
    const { signal } = stop;
    canvas.addEventListener('pointerdown', (event) => this.#press(canvas, event), { signal });
    canvas.addEventListener('pointermove', (event) => this.#move(event), { signal });
    canvas.addEventListener('pointerup', (event) => this.#lift(event), { signal });
    canvas.addEventListener('pointercancel', ({ pointerId }) => this.#down.delete(pointerId), { signal });
    canvas.addEventListener('wheel', (event) => this.#turn(canvas, event), { signal, passive: false });
    return () => stop.abort();
  }

  #press(canvas: HTMLCanvasElement, { pointerId, offsetX: x, offsetY: y }: PointerEvent): void {
    canvas.setPointerCapture(pointerId);
    this.#down.set(pointerId, { x, y });
    this.#moved = 0;
  }

  #move({ pointerId, offsetX: x, offsetY: y }: PointerEvent): void {
    const before = this.#down.get(pointerId);
    if (!before) {
      this.act.point(x, y);
      return;
    }
    this.#moved += Math.hypot(x - before.x, y - before.y);
    const other = [...this.#down].find(([id]) => id !== pointerId)?.[1];
    this.#down.set(pointerId, { x, y });
    if (!other) {
      if (this.#moved >= STILL) this.act.pan(x - before.x, y - before.y);
      return;
    }
    const distance = (point: Point) => Math.hypot(point.x - other.x, point.y - other.y);
    const middle = { x: (x + other.x) / 2, y: (y + other.y) / 2 };
    this.act.zoom(distance({ x, y }) / Math.max(1, distance(before)), middle);
  }

  #lift({ pointerId, offsetX: x, offsetY: y }: PointerEvent): void {
    const isClick = this.#down.size === 1 && this.#moved < STILL;
    this.#down.delete(pointerId);
    if (isClick) this.act.choose(x, y);
  }

  #turn(canvas: HTMLCanvasElement, event: WheelEvent): void {
    if (document.activeElement !== canvas && !event.ctrlKey) return;
    event.preventDefault();
    this.act.zoom(Math.exp(-event.deltaY / 400), { x: event.offsetX, y: event.offsetY });
  }
}
