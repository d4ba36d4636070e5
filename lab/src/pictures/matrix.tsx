import { CELL_HEIGHT, CELL_WIDTH, Cells } from './cells.tsx';
import { Label } from './label.tsx';

/** A matrix with its name above it and its shape below. */
export function Matrix({
  x,
  y,
  label,
  shape,
  columns,
  ...cells
}: {
  readonly x: number;
  readonly y: number;
  readonly label: string;
  /** Such as `(N, H) = (2, 4)`. */
  readonly shape: string;
  readonly columns: number;
  readonly values: ArrayLike<number>;
  readonly name: string;
  readonly isMarked?: (row: number, column: number) => boolean;
}) {
  const middle = x + (columns * CELL_WIDTH) / 2;
  const rows = cells.values.length / columns;
  return (
    <g>
      <Label x={middle} y={y - 8} tone="strong">
        {label}
      </Label>
      <Cells x={x} y={y} columns={columns} {...cells} />
      <Label x={middle} y={y + rows * CELL_HEIGHT + 16} tone="soft">
        {shape}
      </Label>
    </g>
  );
}
