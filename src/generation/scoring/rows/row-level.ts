import type { CompactLine, ScoredLine } from '../scored-line.ts';

/** How scored lines become rows: one per token, word or line. */
export interface RowLevel<Row> {
  /** The rows that this line completes. */
  rowsOf(line: ScoredLine | CompactLine): readonly Row[];
  /** The value that rows are ranked by. */
  surprise(row: Row): number;
  /** The row for JSON and, flattened, for TSV. */
  record(row: Row): object;
}
