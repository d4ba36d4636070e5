import { printable } from './style.ts';

/** Rows of cells in columns: the first to the left, the others to the right. Cells are made printable. */
export function table(rows: readonly (readonly string[])[]): string {
  const cells = rows.map((row) => row.map(printable));
  const widths = cells[0].map((_, column) => Math.max(...cells.map((row) => width(row[column] ?? ''))));
  return cells
    .map((row) => `  ${row.map((cell, i) => pad(cell, widths[i], i > 0)).join('   ')}`.trimEnd())
    .join('\n');
}

/** `name  value` lines, both to the left. */
export function pairs(rows: readonly (readonly [string, string])[]): string {
  const widest = Math.max(0, ...rows.map(([name]) => width(printable(name))));
  return rows
    .map(([name, value]) => `  ${pad(printable(name), widest, false)}  ${printable(value)}`)
    .join('\n');
}

function pad(cell: string, to: number, right: boolean): string {
  const space = ' '.repeat(Math.max(0, to - width(cell)));
  return right ? space + cell : cell + space;
}

function width(text: string): number {
  return [...text].length;
}
