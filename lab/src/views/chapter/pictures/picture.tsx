import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';

/** A drawing with its legend. It grows with its place, and scrolls sideways where it would be too small to read. */
export function Picture({
  width,
  height,
  label,
  legend,
  children,
}: {
  readonly width: number;
  readonly height: number;
  readonly label: string;
  readonly legend?: string;
  readonly children: ComponentChildren;
}) {
  const id = useId();
  const size = { minWidth: `${width}px`, maxWidth: `${1.4 * width}px` };
  return (
    <figure class="picture">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must have the focus to scroll by keys. */}
      <section class="picture-scroll" aria-label={label} tabIndex={0}>
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
