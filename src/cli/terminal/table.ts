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

/** At most `to` columns of a text, `…` for what is left out at its end. */
export function clip(text: string, to: number): string {
  const characters = [...text];
  return characters.length <= to ? text : `${characters.slice(0, Math.max(0, to - 1)).join('')}…`;
}

/** The same, left out at its start. */
export function clipStart(text: string, to: number): string {
  const characters = [...text];
  return characters.length <= to
    ? text
    : `…${characters.slice(characters.length - Math.max(0, to - 1)).join('')}`;
}
