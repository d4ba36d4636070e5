import { type LineRecord, lineRecord } from '../../../generation/scoring/records.ts';
import { ScoreTotals } from '../../../generation/scoring/score-totals.ts';
import type { ScoredLine } from '../../../generation/scoring/scored-line.ts';
import { heat } from '../../terminal/heat.ts';
import { printable } from '../../terminal/style.ts';
import { clip } from '../../terminal/width.ts';
import type { Level } from './output.ts';

export interface LineRow {
  readonly line: number;
  /** The text; of a line that was scored in parts, the first part. */
  readonly text: string;
  readonly totals: ScoreTotals;
}

export class LineLevel implements Level<LineRow> {
  #open: LineRow | null = null;

  rowsOf(scored: ScoredLine): LineRow[] {
    const { line, text } = scored;
    this.#open ??= { line, text, totals: new ScoreTotals() };
    this.#open.totals.add(scored);
    if (!scored.ends) return [];
    const row = this.#open;
    this.#open = null;
    return [row];
  }

  /** Bits per token, so that long lines don't rank first by length. */
  surprise({ totals }: LineRow): number {
    return totals.bitsPerToken;
  }

  record({ line, text, totals }: LineRow): LineRecord {
    return lineRecord(line, text, totals);
  }

  header(): string {
    return `${'line'.padStart(6)} ${'tokens'.padStart(6)} ${'bits'.padStart(8)} bits/token  text`;
  }

  text({ line, text, totals: { tokens, bits, bitsPerToken } }: LineRow, width: number): string {
    const mean = tokens === 0 ? '—'.padStart(10) : heat(bitsPerToken.toFixed(2).padStart(10), bitsPerToken);
    const start = `${String(line).padStart(6)} ${String(tokens).padStart(6)} ${bits.toFixed(1).padStart(8)} ${mean}  `;
    return start + clip(printable(text), width - 35);
  }
}
