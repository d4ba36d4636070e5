import type { ReadingFacts } from '../../../engine/reading/calls.ts';
import { say } from '../../../language/language.ts';
import { Label } from '../../../pictures/label.tsx';
import { shownNorm } from '../../../state/back/shown-norms.ts';
import { tokenText } from '../token-text.ts';
import { BOX, type Layout, ROWS } from './layout.ts';

/** The most characters of a token under its box. */
const MOST_LETTERS = 9;

/** A step: its box, the token that it reads, and the norm of its gradient if it is in the block. */
export function Step({
  text,
  layout,
  step,
  norms,
  back,
  cell,
}: {
  readonly text: ReadingFacts;
  readonly layout: Layout;
  readonly step: number;
  readonly norms: Float64Array;
  /** Steps back from the last one of the block; null outside of the block. */
  readonly back: number | null;
  readonly cell: string;
}) {
  const x = layout.x(step);
  const token = tokenText(text, step);
  const short = token.length > MOST_LETTERS ? `${token.slice(0, MOST_LETTERS - 1)}…` : token;
  return (
    <>
      <rect
        class={back === null ? 'block-step quiet' : 'block-step'}
        x={x}
        y={ROWS.node}
        width={BOX}
        height={ROWS.end - ROWS.node}
        rx={5}
      />
      <Label x={x + BOX / 2} y={ROWS.node + 33} tone="soft">
        h
      </Label>
      <Label x={x + BOX / 2} y={ROWS.word} tone={back === null ? 'soft' : 'small'}>
        {short}
      </Label>
      {back !== null && (
        <g data-testid="gradient-step" data-back={back} data-norm={String(norms[back])} data-cell={cell}>
          <title>{say.value.time.step(back, String(norms[back]))}</title>
          <Label x={x + BOX / 2} y={ROWS.norm} tone="backward">
            {shownNorm(norms[back])}
          </Label>
        </g>
      )}
    </>
  );
}
