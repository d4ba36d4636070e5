import { Label } from './label.tsx';
import { Matrix } from './matrix.tsx';

const [LEFT, MIDDLE, RIGHT] = [16, 226, 436];
/** How the matrices are written, by their names. */
const labels = { hBefore: 'h₋', Wh: 'Wh', hWh: 'h₋·Wh', x: 'x', Wx: 'Wx', xWx: 'x·Wx' };
type Name = keyof typeof labels;

/** A product of matrices, (N, K)·(K, H) = (N, H), with the row and the column that make a cell of its first row. */
export function Product({
  N,
  H,
  size,
  unit,
  y,
  names: [left, right, product],
  matrices: [a, b, ab],
}: {
  readonly N: number;
  readonly H: number;
  /** The letter of K. */
  readonly size: 'D' | 'H';
  readonly unit: number;
  readonly y: number;
  readonly names: readonly [Name, Name, Name];
  readonly matrices: readonly [Float64Array, Float64Array, Float64Array];
}) {
  const K = a.length / N;
  const isColumn = (_: number, column: number) => column === unit;
  const part = (name: Name, x: number, rows: string, columns: string) => {
    const sizes: Readonly<Record<string, number>> = { N, H, [size]: K };
    const shape = `(${rows}, ${columns}) = (${sizes[rows]}, ${sizes[columns]})`;
    return { x, y, name, label: labels[name], shape, columns: sizes[columns] };
  };
  return (
    <g>
      <Matrix {...part(left, LEFT, 'N', size)} values={a} isMarked={(row) => row === 0} />
      <Sign x={MIDDLE - 26} y={y} sign="·" />
      <Matrix {...part(right, MIDDLE, size, 'H')} values={b} isMarked={isColumn} />
      <Sign x={RIGHT - 26} y={y} sign="=" />
      <Matrix
        {...part(product, RIGHT, 'N', 'H')}
        values={ab}
        isMarked={(row, j) => row === 0 && j === unit}
      />
    </g>
  );
}

function Sign({ x, y, sign }: { readonly x: number; readonly y: number; readonly sign: string }) {
  return (
    <Label x={x} y={y + 16} tone="strong">
      {sign}
    </Label>
  );
}
