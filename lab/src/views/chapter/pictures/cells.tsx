import { diverging } from '../../../charts/scales.ts';
import { colourScheme } from '../../../theme.ts';

/** The size of a cell in which a number can be read. */
export const [CELL_WIDTH, CELL_HEIGHT] = [42, 19];

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
        const [left, top] = [x + column * width, y + row * height];
        const tone = isMarked(row, column) ? 'draw-cell marked' : 'draw-cell';
        const fill = diverging(value, colourScheme.value);
        return (
          <g key={`${name}-${i}`} data-testid="tour-value" data-name={`${name}-${i}`} data-value={value}>
            <rect x={left} y={top} width={width - 1} height={height - 1} class={tone} style={{ fill }} />
            {width >= 36 && (
              <text
                x={left + width / 2}
                y={top + height / 2 + 4}
                text-anchor="middle"
                class="draw-label small"
              >
                {decimals(value)}
              </text>
            )}
          </g>
        );
      })}
    </g>
  );
}

/** Two decimals, with a minus sign. */
export function decimals(value: number): string {
  return value
    .toFixed(2)
    .replace('-', '−')
    .replace(/^−(0\.00)$/, '$1');
}
