import { useComputed } from '@preact/signals';
import { diverging, sequential, shareOfBits } from '../../charts/scales.ts';
import type { Segment } from '../../engine/scoring/calls.ts';
import * as scoring from '../../state/scoring.ts';
import { colourScheme } from '../../theme.ts';
import { described } from './cursor.ts';
import { endOf } from './legend.tsx';
import { rowAt } from './row-pages.ts';

/** A row of the text: by the first model, by the second one, and their difference. */
export function Row({
  row,
  top,
  height,
  panes,
}: {
  readonly row: number;
  readonly top: number;
  readonly height: number;
  readonly panes: number;
  /** The number of pages that have arrived: a new one may have this row. */
  readonly pages: number;
}) {
  const found = rowAt(row);
  if (!found) return null;
  // White space at which a line was broken is not shown.
  const [first, second] = found.sides.map((side) => (found.line === null ? unindented(side) : side));
  return (
    <div class="heat-row" role="presentation" style={{ top: `${top}px`, height: `${height}px` }}>
      <span class="heat-line number" aria-hidden="true">
        {found.line}
      </span>
      <div class="heat-pane" role="presentation">
        <Cells segments={first} side={0} />
      </div>
      {panes === 3 && second && (
        <>
          <div class="heat-pane" aria-hidden="true">
            <Cells segments={second} side={1} />
          </div>
          <div class="heat-pane" aria-hidden="true">
            <DifferenceCells segments={first} />
          </div>
        </>
      )}
    </div>
  );
}

function unindented([first, ...others]: readonly Segment[]): readonly Segment[] {
  return first ? [{ ...first, space: '' }, ...others] : [];
}

/** How segments look, read once a row. */
function look() {
  const unit = scoring.outline.value?.layout.by ?? 'token';
  return {
    scheme: colourScheme.value,
    hasNumbers: scoring.numbers.value === 'on',
    id: unit === 'token' ? 'surprisal-token' : 'surprisal-unit',
    end: endOf(unit),
  };
}

/** The segments of a row by one model. Only rows with a segment that is described, or was, are drawn again. */
function Cells({ segments, side }: { readonly segments: readonly Segment[]; readonly side: 0 | 1 }) {
  const mine = useComputed(() => segments.find(({ token }) => token === described.value)?.token);
  const { scheme, hasNumbers, id } = look();
  const isFirst = side === 0;
  const cells = segments.flatMap(({ space, text, token, at, unit, bits, level, known }) => {
    const isDescribed = isFirst && mine.value === token;
    return [
      space,
      <span
        key={token}
        class={`heat-segment${known ? '' : ' unknown'}${isDescribed ? ' described' : ''}`}
        style={{ background: sequential(shareOfBits(level), scheme) }}
        data-testid={id}
        data-bits={String(bits)}
        data-side={side}
        data-unit={unit}
        data-token={at}
        {...(isFirst && { id: `segment-${token}`, role: 'option', 'aria-selected': isDescribed })}
      >
        {text}
        {hasNumbers && <small aria-hidden="true">{level.toFixed(1)}</small>}
      </span>,
    ];
  });
  return <>{cells}</>;
}

/** The segments of a row, coloured by the difference of the models. */
function DifferenceCells({ segments }: { readonly segments: readonly Segment[] }) {
  const { scheme, hasNumbers, end } = look();
  const cells = segments.flatMap(({ space, text, token, difference }) => [
    space,
    <span
      key={token}
      class="heat-segment"
      style={{ background: diverging((difference ?? 0) / end, scheme) }}
      data-testid="surprisal-difference"
      data-value={difference === null ? undefined : String(difference)}
      data-token={token}
    >
      {text}
      {hasNumbers && difference !== null && (
        <small>{`${difference < 0 ? '−' : '+'}${Math.abs(difference).toFixed(1)}`}</small>
      )}
    </span>,
  ]);
  return <>{cells}</>;
}
