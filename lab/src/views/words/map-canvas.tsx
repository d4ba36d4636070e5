import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { SimilarToken, VocabularyToken, WordMap } from '../../engine/words/calls.ts';
import { say } from '../../language/language.ts';
import { visible } from '../../parts/visible.ts';
import * as words from '../../state/words.ts';
import { colourScheme } from '../../theme.ts';
import { drawMap } from './draw-map.ts';
import { MapGestures } from './map-gestures.ts';
import { fitted, type MapView, panned, toPixels, zoomed } from './map-view.ts';

/** How near the pointer must be to a token, in pixels. */
const NEAR = 16;
/** How far an arrow key moves, in pixels, and by how much a key or button zooms. */
const [STEP, ZOOM] = [60, 1.4];

/** The map on a canvas. It can be moved and zoomed by pointer, touch, wheel and keys. */
export function MapCanvas({
  map,
  neighbours,
}: {
  readonly map: WordMap;
  readonly neighbours: { readonly of: VocabularyToken; readonly nearest: readonly SimilarToken[] } | null;
}) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const view = useSignal<MapView | null>(null);
  const pointed = useSignal<number | null>(null);
  const size = useSignal({ width: 0, height: 0 });
  const whole = () => fitted(map, size.value.width, size.value.height);
  const shown = view.value ?? whole();
  const texts = say.value.words.map;
  useSize(canvas, size);
  useEffect(() => {
    view.value = null;
  }, [map]);
  useEffect(() => {
    const selected = neighbours?.of.id ?? null;
    const scene = { map, view: shown, selected, nearest: neighbours?.nearest ?? [], pointed: pointed.value };
    const frame = requestAnimationFrame(() => canvas.current && drawMap(canvas.current, scene));
    return () => cancelAnimationFrame(frame);
  }, [map, neighbours, view.value, pointed.value, size.value, colourScheme.value]);
  const zoom = (by: number, at = { x: size.value.width / 2, y: size.value.height / 2 }) => {
    view.value = zoomed(view.value ?? whole(), by, at, whole());
  };
  const pan = (dx: number, dy: number) => {
    view.value = panned(view.value ?? whole(), dx, dy);
  };
  const tokenAt = (x: number, y: number) => nearestTo(map, view.value ?? whole(), x, y);
  const gestures = useRef(new MapGestures()).current;
  gestures.act = {
    pan,
    zoom,
    point: (x, y) => {
      pointed.value = tokenAt(x, y);
    },
    choose: (x, y) => {
      const found = tokenAt(x, y);
      if (found !== null) words.word.value = String(map.tokens[found].id);
    },
  };
  useEffect(() => gestures.listen(canvas.current as HTMLCanvasElement), []);
  return (
    <div class="word-map">
      {/* biome-ignore lint/a11y/noInteractiveElementToNoninteractiveRole: the keys move the picture. */}
      <canvas
        ref={canvas}
        role="application"
        tabIndex={0}
        aria-label={texts.label(map.tokens.length)}
        data-testid="word-map"
        onPointerLeave={() => (pointed.value = null)}
        onKeyDown={(event) => {
          const move = moves(pan, zoom, () => (view.value = null))[event.key];
          if (!move) return;
          event.preventDefault();
          move();
        }}
      />
      <div class="map-buttons">
        <button type="button" aria-label={texts.nearer} onClick={() => zoom(ZOOM)}>
          +
        </button>
        <button type="button" aria-label={texts.further} onClick={() => zoom(1 / ZOOM)}>
          −
        </button>
        <button type="button" onClick={() => (view.value = null)}>
          {texts.whole}
        </button>
      </div>
      <p class="note" aria-live="polite">
        {pointed.value !== null ? described(map, pointed.value) : texts.keys}
      </p>
    </div>
  );
}

function described({ tokens, x, y }: WordMap, index: number): string {
  return say.value.words.map.place(visible(tokens[index].token), x[index].toFixed(3), y[index].toFixed(3));
}

function moves(
  pan: (dx: number, dy: number) => void,
  zoom: (by: number) => void,
  all: () => void,
): Readonly<Record<string, () => void>> {
  return {
    ArrowLeft: () => pan(STEP, 0),
    ArrowRight: () => pan(-STEP, 0),
    ArrowUp: () => pan(0, STEP),
    ArrowDown: () => pan(0, -STEP),
    '+': () => zoom(ZOOM),
    '=': () => zoom(ZOOM),
    '-': () => zoom(1 / ZOOM),
    '0': all,
  };
}

/** The index of the token nearest to a pixel; null if none is near. */
function nearestTo(map: WordMap, view: MapView, x: number, y: number): number | null {
  let [found, least]: [number | null, number] = [null, NEAR];
  for (let i = 0; i < map.tokens.length; i++) {
    const place = toPixels(view, map.x[i], map.y[i]);
    const distance = Math.hypot(place.x - x, place.y - y);
    if (distance < least) [found, least] = [i, distance];
  }
  return found;
}

function useSize(
  canvas: { readonly current: HTMLCanvasElement | null },
  size: { value: { width: number; height: number } },
): void {
  useEffect(() => {
    const element = canvas.current as HTMLCanvasElement;
    const watch = new ResizeObserver(() => {
      size.value = { width: element.clientWidth, height: element.clientHeight };
    });
    watch.observe(element);
    return () => watch.disconnect();
  }, []);
}
