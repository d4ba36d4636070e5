import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { visible } from '../../../parts/visible.ts';

/** Tokens of one chunk. Only chunks in view are in the page, so that a text of any length scrolls. */
const CHUNK = 150;

/** How a token looks. Its data are attributes for programs, in all digits. */
export interface TokenLook {
  readonly text: string;
  /** The CSS colour behind it. */
  readonly colour?: string;
  /** Classes that say the same as the colour, such as an underline. */
  readonly mark?: string;
  readonly data?: Readonly<Record<string, string>>;
  /** What is read out, beside the text. */
  readonly name: string;
  readonly isSelected?: boolean;
}

interface TokenTextProps {
  readonly label: string;
  readonly testId: string;
  readonly count: number;
  readonly look: (index: number) => TokenLook;
  /** A token is chosen by a click, Enter or space; `extends`: with Shift. */
  readonly onChoose: (index: number, isExtending: boolean) => void;
  /** The token to begin with. */
  readonly start?: number;
  /** What stands behind the last token. */
  readonly children?: ComponentChildren;
}

/**
 * A text whose tokens are coloured. The arrow keys go from token to token, and what the pointer or the focus is at is read out
 * below.
 */
export function TokenText({ label, testId, count, look, onChoose, start = 0, children }: TokenTextProps) {
  const [at, setAt] = useState(start);
  const [shown, setShown] = useState<number | null>(null);
  /** The token that gets the focus once it is in the page. */
  const wanted = useRef<number | null>(null);
  const focused = Math.min(at, count - 1);
  useEffect(() => setAt(start), [start]);
  const move = (event: KeyboardEvent) => {
    const from = indexOf(event.target) ?? focused;
    const to = moved(event.key, from, count);
    if (event.key === 'Enter' || event.key === ' ') onChoose(from, event.shiftKey);
    else if (to === null) return;
    else {
      wanted.current = to;
      setAt(to);
      if (event.shiftKey) onChoose(to, true);
    }
    event.preventDefault();
  };
  const point = (event: Event) => {
    const index = indexOf(event.target);
    if (index !== null) setShown(index);
  };
  const chunks = Math.ceil(count / CHUNK);
  return (
    <div class="token-text">
      <div
        class="token-lines"
        role="listbox"
        aria-label={label}
        aria-multiselectable
        onKeyDown={move}
        onClick={(event) => {
          const index = indexOf(event.target);
          if (index !== null) onChoose(index, event.shiftKey);
        }}
        onPointerOver={point}
        onFocusIn={(event) => {
          point(event);
          setAt(indexOf(event.target) ?? focused);
        }}
      >
        {Array.from({ length: chunks }, (_, chunk) => (
          <Chunk
            key={chunk}
            {...{ chunk, count, look, testId, focused, wanted }}
            holdsFocus={chunk === Math.floor(focused / CHUNK)}
          >
            {chunk === chunks - 1 && children}
          </Chunk>
        ))}
      </div>
      <p class="token-readout">{shown !== null && shown < count ? readout(look(shown)) : ' '}</p>
    </div>
  );
}

function readout({ text, name }: TokenLook) {
  return (
    <>
      <code>{visible(text)}</code> <span class="number">{name}</span>
    </>
  );
}

interface ChunkProps extends Pick<TokenTextProps, 'count' | 'look' | 'testId'> {
  readonly chunk: number;
  readonly focused: number;
  readonly wanted: { current: number | null };
  /** Whether it has the token that the keys are at, and so is always in the page. */
  readonly holdsFocus: boolean;
  readonly children: ComponentChildren;
}

/** Some tokens; an empty space of the same height while it is out of view. */
function Chunk({ chunk, count, look, testId, focused, wanted, holdsFocus, children }: ChunkProps) {
  const place = useRef<HTMLDivElement>(null);
  const [isNear, setNear] = useState(chunk === 0);
  const height = useRef(0);
  useEffect(() => {
    const element = place.current as HTMLDivElement;
    const watch = new IntersectionObserver(
      ([{ isIntersecting, boundingClientRect }]) => {
        if (!isIntersecting) height.current = boundingClientRect.height;
        setNear(isIntersecting);
      },
      { root: element.parentElement, rootMargin: '300px' },
    );
    watch.observe(element);
    return () => watch.disconnect();
  }, []);
  useEffect(() => {
    if (!holdsFocus || wanted.current !== focused) return;
    wanted.current = null;
    place.current?.querySelector<HTMLElement>(`[data-index="${focused}"]`)?.focus();
  }, [holdsFocus, focused]);
  const first = chunk * CHUNK;
  const size = Math.min(CHUNK, count - first);
  if (!isNear && !holdsFocus) {
    const space = height.current || size * 3;
    return <div ref={place} role="presentation" style={{ height: `${space}px` }} />;
  }
  return (
    <div ref={place} role="presentation">
      {Array.from({ length: size }, (_, i) => (
        <Token key={first + i} index={first + i} {...{ look, testId, focused }} />
      ))}
      {children}
    </div>
  );
}

function Token({
  index,
  look,
  testId,
  focused,
}: {
  readonly index: number;
  readonly look: (index: number) => TokenLook;
  readonly testId: string;
  readonly focused: number;
}) {
  const { text, colour, mark, data, name, isSelected } = look(index);
  return (
    <span
      role="option"
      tabIndex={index === focused ? 0 : -1}
      aria-selected={isSelected === true}
      aria-label={`${text} ${name}`}
      class={`token ${mark ?? ''}`}
      style={colour ? { backgroundColor: colour } : undefined}
      data-testid={testId}
      data-token={index}
      data-index={index}
      {...data}
    >
      {text.replaceAll('\n', '⏎\n')}
    </span>
  );
}

function moved(key: string, from: number, count: number): number | null {
  const to = { ArrowLeft: from - 1, ArrowRight: from + 1, Home: 0, End: count - 1 }[key];
  return to === undefined ? null : Math.max(0, Math.min(count - 1, to));
}

function indexOf(target: EventTarget | null): number | null {
  const index = (target as HTMLElement | null)?.closest<HTMLElement>('[data-index]')?.dataset.index;
  return index === undefined ? null : Number(index);
}
