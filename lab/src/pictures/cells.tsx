import { diverging } from '../charts/scales.ts';
import { colourScheme } from '../theme.ts';
import { Label } from './label.tsx';

/** The size of a cell in which a number can be read. */
export const [CELL_WIDTH, CELL_HEIGHT] = [42, 19];
/** The least width of a cell with a number. */
const NUMBER_WIDTH = 36;

/** Numbers as coloured cells: blue below 0, orange above; the number stands in each that is large enough. */
export function Cells({
  x,
  y,
  values,
  columns = 1,
  name,
  width = CELL_WIDTH,
  height = CELL_HEIGHT,
  isMarked = () => false,
}: {
  readonly x: number;
  readonly y: number;
  readonly values: ArrayLike<number>;
  readonly columns?: number;
  /** The computed numbers are called `name-0`, `name-1` … in row-major order. */
  readonly name: string;
  readonly width?: number;
  readonly height?: number;
  readonly isMarked?: (row: number, column: number) => boolean;
}) {
  return (
    <g>
      {Array.from(values, (value, i) => {
        const [row, column] = [Math.floor(i / columns), i % columns];
        const place = { x: x + column * width, y: y + row * height, width, height };
        return (
          <g key={i} data-testid="tour-value" data-name={`${name}-${i}`} data-value={value}>
            <Cell {...place} value={value} isMarked={isMarked(row, column)} />
          </g>
        );
      })}
    </g>
  );
}

function Cell({
  x,
  y,
  width,
  height,
  value,
  isMarked,
}: {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly value: number;
  readonly isMarked: boolean;
}) {
  const place = { x, y, width: width - 1, height: height - 1 };
  const look = { fill: diverging(value, colourScheme.value) };
  return (
    <>
      <rect {...place} class={isMarked ? 'draw-cell marked' : 'draw-cell'} style={look} />
      {width >= NUMBER_WIDTH && (
        <Label x={x + width / 2} y={y + height / 2 + 4} tone="small">
          {decimals(value)}
        </Label>
      )}
    </>
  );
}

/** Two decimals, with a minus sign. */
export function decimals(value: number): string {
  return value
    .toFixed(2)
    .replace('-', '−')
    .replace(/^−(0\.00)$/, '$1');
}
