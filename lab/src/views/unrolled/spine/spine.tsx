import { effect } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { say } from '../../../language/language.ts';
import { reading, source } from '../../../state/reading.ts';
import { selectedToken } from '../../../state/selection.ts';
import { sentence } from '../../../state/sentence.ts';
import { shownToken } from '../../../state/spine.ts';
import { layout, sceneOf, scroll, width } from './build-scene.ts';
import { Images } from './images.ts';
import { keyPressed, Pointer, startCursor } from './input.ts';
import { COLUMN, pictureWidth, scrollTo } from './layout.ts';
import { paint } from './paint.ts';
import { cursor, hasFocus } from './pins.ts';

/** The text from left to right, a column per token. Only what can be seen is drawn, however long the text is. */
export function Spine() {
  const texts = say.value.unrolled;
  const scroller = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const pointer = useRef(new Pointer()).current;
  useEffect(() => keepDrawn(scroller.current as HTMLDivElement, canvas.current as HTMLCanvasElement), []);
  const n = reading.value?.ids.length ?? 0;
  const { height } = layout.value;
  return (
    <div
      ref={scroller}
      class="spine"
      onScroll={({ currentTarget }) => (scroll.value = currentTarget.scrollLeft)}
    >
      <div class="spine-space" style={{ width: `${pictureWidth(layout.value, n)}px`, height: `${height}px` }}>
        {/* biome-ignore lint/a11y/noInteractiveElementToNoninteractiveRole: the keys move in the picture. */}
        <canvas
          ref={canvas}
          class="spine-canvas"
          tabIndex={0}
          role="application"
          aria-label={texts.picture}
          aria-describedby="spine-keys"
          style={{ width: `${width.value}px`, height: `${height}px` }}
          onKeyDown={keyPressed}
          onFocus={() => {
            startCursor();
            hasFocus.value = true;
          }}
          onBlur={() => (hasFocus.value = false)}
          onPointerDown={pointer.down}
          onPointerMove={pointer.move}
          onPointerUp={pointer.up}
          onPointerLeave={pointer.leave}
        />
      </div>
    </div>
  );
}

/** Draws in the next frame whenever something that is shown has changed. Returns what ends it. */
function keepDrawn(scroller: HTMLDivElement, canvas: HTMLCanvasElement): () => void {
  const images = new Images();
  const watch = new ResizeObserver(() => (width.value = scroller.clientWidth));
  watch.observe(scroller);
  let frame = 0;
  const endDrawing = effect(() => {
    const scene = sceneOf(canvas);
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(() => {
      if (!scene) return;
      scene.columns.want(...prefetched(scene.scroll, scene.width));
      paint(prepared(canvas, scene.width, scene.layout.height), scene, images);
    });
  });
  const endFollowing = followCursor(scroller);
  return () => {
    watch.disconnect();
    cancelAnimationFrame(frame);
    endDrawing();
    endFollowing();
  };
}

/** Keeps the cursor and the selected token in view, and the last token of a sentence that is typed. Other texts begin at their start. */
function followCursor(scroller: HTMLDivElement): () => void {
  const show = (step: number) => {
    const left = scrollTo(layout.peek(), step, scroller.scrollLeft, scroller.clientWidth);
    if (left !== scroller.scrollLeft) scroller.scrollLeft = left;
  };
  const first = sentence.peek();
  const ends = [
    effect(() => {
      if (cursor.value) show(cursor.value.step);
    }),
    effect(() => {
      if (source.value === 'training') requestAnimationFrame(() => show(-1));
    }),
    effect(() => {
      const isTyped = source.value === 'sentence' && sentence.value !== first;
      const [step] = [shownToken.value, width.value];
      // After the space has got the width of the text.
      if (isTyped || selectedToken.value !== null) requestAnimationFrame(() => show(step));
    }),
  ];
  return () => {
    for (const end of ends) end();
  };
}

/** The first and last step to be there soon: those in view, and as many at each side. */
function prefetched(left: number, seen: number): [first: number, last: number] {
  return [Math.floor((left - seen) / COLUMN), Math.ceil((left + 2 * seen) / COLUMN)];
}

/** The canvas in the resolution of the screen, with CSS pixels as its units. */
function prepared(canvas: HTMLCanvasElement, seen: number, height: number): CanvasRenderingContext2D {
  const ratio = devicePixelRatio;
  const [w, h] = [Math.round(seen * ratio), Math.round(height * ratio)];
  if (canvas.width !== w || canvas.height !== h) [canvas.width, canvas.height] = [w, h];
  const context = canvas.getContext('2d') as CanvasRenderingContext2D;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  return context;
}
