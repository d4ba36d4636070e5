import { Arrow } from '../../../pictures/arrow.tsx';
import { Label } from '../../../pictures/label.tsx';
import { arrowWidth } from '../../../state/back/shown-norms.ts';
import { BOX, type Layout, ROWS } from './layout.ts';

/** The width of the widest backward arrow. */
const WIDEST = 9;

interface Place {
  readonly layout: Layout;
  readonly step: number;
}

/** The right end of the box before a step: that of the step before, or the edge of the picture. */
function rightOfPrevious({ layout, step }: Place): number {
  return step === layout.first ? layout.x(step) - 38 : layout.x(step - 1) + BOX;
}

/** The state that a step gets from the step before it, or 0. */
export function ForwardArrow({ isFromZero, ...place }: Place & { readonly isFromZero: boolean }) {
  const x = place.layout.x(place.step);
  if (isFromZero) {
    return (
      <>
        <Label x={x - 24} y={ROWS.forward + 5} tone="strong">
          0
        </Label>
        <Arrow from={[x - 17, ROWS.forward]} to={[x - 1, ROWS.forward]} />
      </>
    );
  }
  return <Arrow from={[rightOfPrevious(place), ROWS.forward]} to={[x - 1, ROWS.forward]} />;
}

/**
 * The gradient that a step sends to the state before it: by its norm in the block, dotted in other blocks, and ended by the
 * cut before the first step of a block.
 */
export function BackwardArrow({
  norms,
  back,
  isCut,
  ...place
}: Place & {
  /** By steps back; the last one is that of the state before the block. */
  readonly norms: Float64Array;
  /** The number of steps back of the state that the arrow leads to; null outside of the block. */
  readonly back: number | null;
  readonly isCut: boolean;
}) {
  const x = place.layout.x(place.step);
  const left = rightOfPrevious(place);
  const middle = (x + left) / 2;
  const norm = back === null ? null : norms[back];
  return (
    <>
      {norm === null ? (
        <line class="other-block" x1={x} x2={isCut ? middle : left} y1={ROWS.backward} y2={ROWS.backward} />
      ) : (
        norm > 0 && (
          <Arrow
            kind="backward"
            from={[x - 1, ROWS.backward]}
            to={[isCut ? middle + 2 : left + 1, ROWS.backward]}
            weight={WIDEST * arrowWidth(norm, Math.max(...norms))}
          />
        )
      )}
      {isCut && (
        <>
          <line class="cut-line" x1={middle} x2={middle} y1={ROWS.backward - 16} y2={ROWS.backward + 18} />
          <Label x={middle} y={ROWS.backward + 34} tone="soft">
            ✂
          </Label>
        </>
      )}
    </>
  );
}

/** The gradient that enters the top at a step with a loss. */
export function LossArrow({ layout, step }: Place) {
  const x = layout.x(step) + BOX / 2;
  return (
    <>
      <Label x={x} y={ROWS.loss} tone="backward">
        L
      </Label>
      <Arrow kind="backward" from={[x, ROWS.loss + 6]} to={[x, ROWS.node - 1]} />
    </>
  );
}
