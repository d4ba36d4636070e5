import { printable } from '../../../data/texts/printable.ts';
import { type LineRow, LineRows } from '../../../generation/scoring/rows/line-rows.ts';
import { heat } from '../../terminal/heat.ts';
import { clip } from '../../terminal/width.ts';
import type { Level } from './output.ts';

export class LineLevel extends LineRows implements Level<LineRow> {
  header(): string {
    return `${'line'.padStart(6)} ${'tokens'.padStart(6)} ${'bits'.padStart(8)} bits/token  text`;
  }

  text({ line, text, totals: { tokens, bits, bitsPerToken } }: LineRow, width: number): string {
    const mean = tokens === 0 ? '—'.padStart(10) : heat(bitsPerToken.toFixed(2).padStart(10), bitsPerToken);
    const start = `${String(line).padStart(6)} ${String(tokens).padStart(6)} ${bits.toFixed(1).padStart(8)} ${mean}  `;
    return start + clip(printable(text), width - 35);
  }
}
