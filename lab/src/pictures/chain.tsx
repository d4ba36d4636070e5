import { significant } from '../language/number-texts.ts';
import { Arrow } from './arrow.tsx';
import { Box } from './box.tsx';
import { Cells } from './cells.tsx';
import { Cut } from './cut.tsx';
import { Label, NumberLabel } from './label.tsx';

/** Heights of the rows of a chain. */
const [CELLS, NODE, WORD, NORM] = [26, 128, 212, 240];
const [NODE_HEIGHT, LANE_FORWARD, LANE_BACKWARD] = [44, NODE + 12, NODE + 34];

export const CHAIN_HEIGHT = 252;

/** Where a column stands. */
export interface Columns {
  readonly left: number;
  readonly column: number;
}

/** Gradients along the chain: what each step received from the next one. */
export interface Backward {
  readonly norms: Float64Array;
  readonly received: Float64Array;
  /** The backward pass has come as far as this step. */
  readonly reached: number;
  /** Block length, after which the backward pass is cut. */
  readonly T: number;
}

/** The network, unrolled: a column of word, RNN and state for each step, with its forward and backward arrows. */
export function Chain({
  words,
  states,
  H,
  shown,
  backward,
  left = 20,
  column = 76,
}: Partial<Columns> & {
  readonly words: readonly string[];
  readonly states: Float64Array;
  readonly H: number;
  /** Number of columns that are drawn out. */
  readonly shown: number;
  readonly backward?: Backward;
}) {
  return (
    <g>
      {words.map((word, t) => (
        <g key={t} class="draw-column" style={{ opacity: t < shown ? 1 : 0 }}>
          <Column place={{ left, column }} t={t} word={word} h={states.subarray(t * H, (t + 1) * H)} />
          {t > 0 && <Forward place={{ left, column }} t={t} />}
          {backward && <Back place={{ left, column }} t={t} {...backward} />}
        </g>
      ))}
    </g>
  );
}

function Column({
  place: { left, column },
  t,
  word,
  h,
}: {
  readonly place: Columns;
  readonly t: number;
  readonly word: string;
  readonly h: Float64Array;
}) {
  const x = left + t * column;
  const node = column - 26;
  const middle = x + node / 2;
  return (
    <>
      <Label x={middle} y={CELLS - 8} tone="soft">
        h<tspan class="draw-index">{t}</tspan>
      </Label>
      <Cells
        x={middle - cellWidth(column) / 2}
        y={CELLS}
        values={h}
        name={`h-${t}`}
        width={cellWidth(column)}
      />
      <Arrow from={[middle, NODE]} to={[middle, CELLS + h.length * 19 + 2]} />
      <Box x={x} y={NODE} width={node} height={NODE_HEIGHT} tone="layer">
        {column > 60 ? 'RNN' : ''}
      </Box>
      <Arrow from={[middle, WORD - 16]} to={[middle, NODE + NODE_HEIGHT + 1]} />
      <Label x={middle} y={WORD} tone={column > 60 ? 'plain' : 'small'}>
        {word}
      </Label>
    </>
  );
}

function cellWidth(column: number): number {
  return column > 60 ? 42 : 22;
}

function Forward({ place: { left, column }, t }: { readonly place: Columns; readonly t: number }) {
  const x = left + t * column;
  return <Arrow from={[x - 26, LANE_FORWARD]} to={[x - 1, LANE_FORWARD]} />;
}

/** The backward arrow from step t + 1, its norm, and the cut behind the last step of a block. */
function Back({
  place: { left, column },
  t,
  norms,
  received,
  reached,
  T,
}: Backward & { readonly place: Columns; readonly t: number }) {
  const right = left + t * column + column - 26;
  const isLast = t === norms.length - 1;
  const most = Math.max(...received);
  const isThere = t >= reached;
  return (
    <>
      {!isLast && (
        <Arrow
          kind="backward"
          from={[right + 26, LANE_BACKWARD]}
          to={[right + 1, LANE_BACKWARD]}
          weight={1 + (5 * received[t]) / (most || 1)}
          isShown={isThere && received[t] > 0}
        />
      )}
      {!isLast && (t + 1) % T === 0 && (
        <Cut x={right + 13} top={LANE_BACKWARD - 8} bottom={LANE_BACKWARD + 12} />
      )}
      <g data-testid="tour-value" data-name={`received-${t}`} data-value={received[t]} />
      {isThere && (
        <NumberLabel
          x={right - (column - 26) / 2}
          y={NORM}
          name={`norm-${t}`}
          value={norms[t]}
          shown={significant(norms[t], 2)}
          tone="backward"
        />
      )}
    </>
  );
}
