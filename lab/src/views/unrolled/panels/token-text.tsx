import { type ReadonlySignal, useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { ReadingFacts } from '../../../engine/reading/calls.ts';
import { visible } from '../../../parts/visible.ts';
import { ChunkHeights } from './chunk-heights.ts';
import { chunkStarts } from './chunk-starts.ts';
import { indexOf, Token, type TokenLook } from './token.tsx';

/** Tokens of one chunk, at least. Only chunks in view are in the page, so that a text of any length scrolls. */
const CHUNK = 100;
/** How far beyond the view chunks are drawn, in pixels. */
const MARGIN = 100;

interface TokenTextProps {
  readonly label: string;
  readonly testId: string;
  /** The tokens are those of a reading from `offset` on, which is −1 for the token before the text. */
  readonly read: ReadingFacts;
  readonly offset?: number;
  readonly count: number;
  readonly look: (index: number) => TokenLook;
  /** A token is chosen by a click, Enter or space; `isExtending`: with Shift. */
  readonly onChoose: (index: number, isExtending: boolean) => void;
  /** The token that the keys are at first. */
  readonly start?: number;
  /** What stands behind the last token. */
  readonly children?: ComponentChildren;
}

/**
 * A text whose tokens are coloured. The arrow keys go from token to token, and what the pointer or the focus is at is read out
 * below.
 */
export function TokenText({
  label,
  testId,
  read,
  offset = 0,
  count,
  look,
  onChoose,
  start = 0,
  children,
}: TokenTextProps) {
  const place = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState(start);
  const shown = useSignal<number | null>(null);
  const wanted = useRef<number | null>(null);
  const starts = useMemo(
    () => chunkStarts(count, CHUNK, (index) => read.text[(read.ends[offset + index] ?? 0) - 1] === '\n'),
    [read, offset, count],
  );
  const chunks = starts.length;
  const { top, bottom, first, end, follow, scrollTo } = useChunks(place, chunks);
  useEffect(() => focusOn(place.current, wanted));
  useEffect(() => {
    setAt(start);
    scrollTo(starts.findLastIndex((index) => index <= start));
  }, [start]);
  const isHere = at >= starts[first] && at < (starts[end] ?? count);
  const tabStop = isHere ? at : starts[first];
  const move = (event: KeyboardEvent) => {
    const from = indexOf(event.target) ?? tabStop;
    const to = moved(event.key, from, count);
    if (event.key === 'Enter' || event.key === ' ') onChoose(from, event.shiftKey);
    else if (to === null) return;
    else {
      wanted.current = to;
      setAt(to);
      scrollTo(starts.findLastIndex((index) => index <= to));
      if (event.shiftKey) onChoose(to, true);
    }
    event.preventDefault();
  };
  const point = (event: Event) => {
    const index = indexOf(event.target);
    if (index === null) return;
    shown.value = index;
    if (event.type === 'focusin') setAt(index);
  };
  const choose = (event: MouseEvent) => {
    const index = indexOf(event.target);
    if (index !== null) onChoose(index, event.shiftKey);
  };
  return (
    <div class="token-text">
      <div
        ref={place}
        class="token-lines"
        role="listbox"
        aria-label={label}
        aria-multiselectable
        {...{ onScroll: follow, onKeyDown: move, onClick: choose, onPointerOver: point, onFocusIn: point }}
      >
        <div role="presentation" style={{ height: `${top}px` }} />
        {Array.from({ length: end - first }, (_, i) => first + i).map((chunk) => (
          <div key={chunk} role="presentation" data-chunk={chunk}>
            {tokensOf(starts, chunk, count).map((index) => (
              <Token key={index} {...{ index, testId }} look={look(index)} isTabStop={index === tabStop} />
            ))}
            {chunk === chunks - 1 && children}
          </div>
        ))}
        <div role="presentation" style={{ height: `${bottom}px` }} />
      </div>
      <Readout {...{ shown, count, look }} />
    </div>
  );
}

/** Which chunks are in view, with the heights of those above and below. */
function useChunks(place: { readonly current: HTMLDivElement | null }, chunks: number) {
  const heights = useMemo(() => new ChunkHeights(chunks), [chunks]);
  const [{ first, end }, setRange] = useState({ first: 0, end: Math.min(chunks, 2) });
  const follow = () => {
    const { scrollTop, clientHeight } = place.current as HTMLDivElement;
    const next = heights.between(scrollTop - MARGIN, scrollTop + clientHeight + MARGIN);
    if (next.first !== first || next.end !== end) setRange(next);
  };
  useLayoutEffect(() => {
    for (const chunk of (place.current as HTMLDivElement).querySelectorAll<HTMLElement>('[data-chunk]'))
      heights.measure(Number(chunk.dataset.chunk), chunk.offsetHeight);
    follow();
  });
  const scrollTo = (chunk: number) => {
    if (chunk >= first && chunk < end) return;
    (place.current as HTMLDivElement).scrollTop = heights.topOf(chunk);
    follow();
  };
  const last = Math.min(end, chunks);
  const [top, bottom] = [heights.topOf(first), heights.topOf(chunks) - heights.topOf(last)];
  return { top, bottom, first: Math.min(first, last), end: last, follow, scrollTo };
}

/** Gives the focus to the token that the keys went to, once it is in the page. */
function focusOn(place: HTMLElement | null, wanted: { current: number | null }): void {
  if (wanted.current === null) return;
  const token = place?.querySelector<HTMLElement>(`[data-index="${wanted.current}"]`);
  if (!token) return;
  wanted.current = null;
  token.focus();
}

function tokensOf(starts: readonly number[], chunk: number, count: number): number[] {
  const first = starts[chunk];
  return Array.from({ length: (starts[chunk + 1] ?? count) - first }, (_, i) => first + i);
}

/** What the pointer or the focus is at. Only this is drawn again when the pointer moves. */
function Readout({
  shown,
  count,
  look,
}: Pick<TokenTextProps, 'count' | 'look'> & { readonly shown: ReadonlySignal<number | null> }) {
  if (shown.value === null || shown.value >= count) return <p class="token-readout"> </p>;
  const { text, name } = look(shown.value);
  return (
    <p class="token-readout">
      <code>{visible(text)}</code> <span class="number">{name}</span>
    </p>
  );
}

function moved(key: string, from: number, count: number): number | null {
  const to = { ArrowLeft: from - 1, ArrowRight: from + 1, Home: 0, End: count - 1 }[key];
  return to === undefined ? null : Math.max(0, Math.min(count - 1, to));
}
