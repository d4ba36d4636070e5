import { diverging } from '../../../charts/scales.ts';
import { say } from '../../../language/language.ts';
import { layerFromTop, type Shown } from '../../../state/back/back.ts';
import { shownNorm } from '../../../state/back/shown-norms.ts';
import { colourScheme } from '../../../theme.ts';

/** Cells that are drawn of a wide state. */
const MOST_CELLS = 128;

/** The hidden state from which the block starts: carried over, or 0. */
export function StartState({ shown: { gradients } }: { readonly shown: Shown }) {
  const { before, beforeCarried, beforeZero } = say.value.time;
  const { starts } = gradients;
  const h = starts[Math.max(0, starts.length - 1 - layerFromTop.value)];
  const norm = Math.hypot(...h);
  const cells = h.subarray(0, MOST_CELLS);
  return (
    <figure class="start-state" data-testid="start-state" data-value={String(norm)}>
      <figcaption>
        <strong>{before}</strong>{' '}
        <span class="note">{norm > 0 ? beforeCarried(shownNorm(norm)) : beforeZero}</span>
      </figcaption>
      <svg viewBox={`0 0 ${cells.length * 8} 14`} role="img" aria-label={before} preserveAspectRatio="none">
        {Array.from(cells, (value, unit) => (
          <rect
            key={unit}
            x={unit * 8}
            y={0}
            width={7}
            height={14}
            fill={diverging(value, colourScheme.value)}
          >
            <title>{`h[${unit}] = ${value}`}</title>
          </rect>
        ))}
      </svg>
    </figure>
  );
}
