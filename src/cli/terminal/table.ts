import { printable } from '../../data/texts/printable.ts';
import { columnsOf, pad } from './width.ts';

/** Formats rows as a table: the first column left-aligned, the others right-aligned. Control characters are escaped. */
export function table(rows: readonly (readonly string[])[]): string {
  const cells = rows.map((row) => row.map(printable));
  const widths = cells[0].map((_, column) => widest(cells.map((row) => row[column] ?? '')));
  return cells
    .map((row) => `  ${row.map((cell, i) => pad(cell, widths[i], i > 0 ? 'left' : 'right')).join('   ')}`)
    .map((line) => line.trimEnd())
    .join('\n');
}

/** Formats `name  value` lines, both left-aligned. */
export function pairs(rows: readonly (readonly [string, string])[]): string {
  const cells = rows.map(([name, value]) => [printable(name), printable(value)]);
  const width = widest(cells.map(([name]) => name));
  return cells.map(([name, value]) => `  ${pad(name, width)}  ${value}`).join('\n');
}

/** The width of the widest text, in columns. */
export function widest(texts: readonly string[]): number {
  return texts.reduce((most, text) => Math.max(most, columnsOf(text)), 0);
}
