import type { ScoredLine } from '../../../generation/scoring/scored-line.ts';

/** What a person or a program reads of a score: a row a token, or a row a line. */
export interface Level<Row> {
  /** The rows that this line completes. */
  rowsOf(line: ScoredLine): readonly Row[];
  /** What the most surprising rows have most of. */
  surprise(row: Row): number;
  /** As it goes into JSON and, flattened, into a table. */
  record(row: Row): Readonly<Record<string, unknown>>;
  /** For a person, without a newline; at most `width` columns. */
  header(): string;
  text(row: Row, width: number): string;
}
