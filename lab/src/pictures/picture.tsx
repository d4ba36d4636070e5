import './pictures.css';
import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';

/** The scales between which a drawing follows the width of its place. */
const [SMALLEST, LARGEST] = [0.85, 1.4];

interface PictureProps {
  readonly width: number;
  readonly height: number;
  readonly label: string;
  readonly legend?: string;
  /** The x that is kept in view where the drawing scrolls. */
  readonly focus?: number;
  readonly children: ComponentChildren;
}

/** A drawing with its legend. It grows with its place, and scrolls sideways where it would be too small to read. */
export function Picture({ width, height, label, legend, focus, children }: PictureProps) {
  const id = useId();
  const place = useRef<HTMLElement>(null);
  useEffect(() => {
    const { current } = place;
    if (current === null || focus === undefined) return;
    current.scrollLeft = (focus / width) * current.scrollWidth - current.clientWidth / 2;
  }, [focus]);
  const size = { minWidth: `${SMALLEST * width}px`, maxWidth: `${LARGEST * width}px` };
  return (
    <figure class="picture">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must have the focus to scroll by keys. */}
      <section ref={place} class="picture-scroll" aria-label={label} tabIndex={0}>
        <svg
          viewBox={`0 0 ${width} ${height}`}
          style={size}
          role="img"
          aria-label={label}
          aria-describedby={legend ? id : undefined}
        >
          {children}
        </svg>
      </section>
      {legend && (
        <figcaption id={id} class="legend">
          {legend}
        </figcaption>
      )}
    </figure>
  );
}
