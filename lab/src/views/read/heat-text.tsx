import { useSignal } from '@preact/signals';
import type { VNode } from 'preact';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import type { ScoringOutline } from '../../engine/scoring/calls.ts';
import { say } from '../../language/language.ts';
import * as scoring from '../../state/scoring.ts';
import { described, pointed, toggle, wantedRow } from './cursor.ts';
import { keyMoves } from './key-moves.ts';
import { Row } from './row.tsx';
import { arrived } from './row-pages.ts';

/** Height of a row, without and with the numbers under the text, in pixels: of a short text, which is larger, and of others. */
const HEIGHTS = { short: { off: 42, on: 62 }, long: { off: 28, on: 44 } };
/** The most tokens of a short text. */
const SHORT = 150;
/** Rows above and below what can be seen. */
const AROUND = 12;
/** Below this width, the models stand one below the other, in pixels. */
const NARROW = 760;
/** Space beside the rows: line numbers and padding, in pixels. */
const BESIDE = 64;

/** The text, coloured. Only the rows that can be seen are in the document. */
export function HeatText({
  outline,
  names,
}: {
  readonly outline: ScoringOutline;
  readonly names: readonly string[];
}) {
  const box = useRef<HTMLDivElement>(null);
  const seen = useSignal({ top: 0, height: 600, isNarrow: false });
  const panes = names.length === 1 ? 1 : 3;
  const size = (scoring.facts.value?.totals[0].tokens ?? 0) <= SHORT ? 'short' : 'long';
  const height = HEIGHTS[size][scoring.numbers.value] * (seen.value.isNarrow ? panes : 1);
  useMeasured(box, seen, panes, size);
  useEffect(() => {
    const wish = wantedRow.value;
    if (wish) box.current?.scrollTo({ top: wish.row * height - box.current.clientHeight / 2 });
  }, [wantedRow.value]);
  const from = Math.max(0, Math.floor(seen.value.top / height) - AROUND);
  const end = Math.ceil((seen.value.top + seen.value.height) / height) + AROUND;
  const rows = Math.max(0, Math.min(outline.rows, end) - from);
  const shown = useRows(from, rows, { height, panes, pages: arrived.value }, outline);
  const texts = say.value.read;
  return (
    <div class={`heat ${size} panes-${panes} ${seen.value.isNarrow ? 'narrow' : ''}`}>
      {panes === 3 && <Names names={names} />}
      <div
        ref={box}
        class="heat-box"
        role="listbox"
        tabIndex={0}
        aria-label={texts.text}
        aria-activedescendant={described.value === null ? undefined : `segment-${described.value}`}
        data-testid="heat"
        onScroll={({ currentTarget }) => {
          const top = Math.floor(currentTarget.scrollTop / height) * height;
          if (top !== seen.value.top) seen.value = { ...seen.value, top };
        }}
        onPointerOver={({ target }) => (pointed.value = tokenOf(target))}
        onPointerLeave={() => (pointed.value = null)}
        onClick={({ target }) => {
          const token = tokenOf(target);
          if (token !== null) toggle(token);
        }}
        onKeyDown={(event) => keyMoves(event, outline.rows, Math.floor(seen.value.top / height))}
      >
        <div class="heat-all" style={{ height: `${outline.rows * height}px` }}>
          {shown}
        </div>
      </div>
    </div>
  );
}

/** The rows. Those that were there already are the same elements, so that they are not drawn again. */
function useRows(
  from: number,
  count: number,
  { height, panes, pages }: { readonly height: number; readonly panes: number; readonly pages: number },
  outline: ScoringOutline,
): readonly VNode[] {
  const before = useMemo(
    (): { rows: Map<number, VNode> } => ({ rows: new Map() }),
    [height, panes, pages, outline],
  );
  const rows = Array.from({ length: count }, (_, i): [number, VNode] => {
    const row = from + i;
    const known = before.rows.get(row);
    const place = { row, top: row * height, height, panes, pages };
    return [row, known ?? <Row key={row} {...place} />];
  });
  before.rows = new Map(rows);
  return rows.map(([, row]) => row);
}

function Names({ names }: { readonly names: readonly string[] }) {
  return (
    <div class="heat-names" aria-hidden="true">
      <span>A · {names[0]}</span>
      <span>B · {names[1]}</span>
      <span>B − A</span>
    </div>
  );
}

/** The first token of the segment of the first model that was hit; null: none. */
function tokenOf(target: EventTarget | null): number | null {
  const found = target instanceof Element ? target.closest<HTMLElement>('[data-token]') : null;
  return found ? Number(found.dataset.token) : null;
}

/** Measures the box, and how many columns fit into a row. */
function useMeasured(
  box: { readonly current: HTMLDivElement | null },
  seen: { value: { top: number; height: number; isNarrow: boolean } },
  panes: number,
  size: string,
): void {
  useEffect(() => {
    const element = box.current as HTMLDivElement;
    const measure = () => {
      const isNarrow = element.clientWidth < NARROW;
      const width = (element.clientWidth - BESIDE) / (isNarrow ? 1 : panes) - (panes === 1 ? 0 : 12);
      scoring.columns.value = Math.max(10, Math.floor(width / widthOfDigit(element)));
      seen.value = { top: element.scrollTop, height: element.clientHeight, isNarrow };
    };
    const watch = new ResizeObserver(measure);
    watch.observe(element);
    return () => watch.disconnect();
  }, [panes, size]);
}

function widthOfDigit(element: HTMLElement): number {
  const context = document.createElement('canvas').getContext('2d') as CanvasRenderingContext2D;
  const { fontSize, fontFamily } = getComputedStyle(element);
  context.font = `${fontSize} ${fontFamily}`;
  return context.measureText('0'.repeat(50)).width / 50;
}
