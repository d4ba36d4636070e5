import { type LineRecord, lineRecord } from '../records.ts';
import { ScoreTotals } from '../score-totals.ts';
import type { CompactLine, ScoredLine } from '../scored-line.ts';
import type { RowLevel } from './row-level.ts';

/** A line with its totals. */
export interface LineRow {
  readonly line: number;
  /** The text; of a line that was scored in parts, the first part. */
  readonly text: string;
  readonly totals: ScoreTotals;
}

/** One row per line, or per item. */
export class LineRows implements RowLevel<LineRow> {
  #open: LineRow | null = null;

  rowsOf(scored: ScoredLine | CompactLine): LineRow[] {
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
}
