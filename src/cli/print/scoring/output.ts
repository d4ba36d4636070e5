import { totalsRecord } from '../../../generation/scoring/records.ts';
import type { ScoreTotals } from '../../../generation/scoring/score-totals.ts';
import type { ScoredLine } from '../../../generation/scoring/scored-line.ts';
import { TopList } from '../../../generation/scoring/top-list.ts';
import { bold } from '../../terminal/style.ts';
import { jsonLine, tsvHeader, tsvLine } from './record.ts';

export type Format = 'text' | 'json' | 'tsv';

/** Formats scores as they arrive. Each call returns whole lines, or an empty string. */
export interface Output {
  line(line: ScoredLine): string;
  end(totals: ScoreTotals): string;
}

/** How scores become rows: one per token, word or line. */
export interface Level<Row> {
  /** The rows that this line completes. */
  rowsOf(line: ScoredLine): readonly Row[];
  /** The value that rows are ranked by. */
  surprise(row: Row): number;
  /** The row for JSON and, flattened, for TSV. */
  record(row: Row): object;
  /** The header and a row as text, without a newline, at most `width` columns. */
  header(): string;
  text(row: Row, width: number): string;
}

/** Prints all rows in text order or, with `top`, the most surprising ones at the end. */
export class RowOutput<Row> implements Output {
  readonly #level: Level<Row>;
  readonly #format: Format;
  readonly #top: TopList<Row> | null;
  readonly #width: number;
  #begun = false;

  /** @param width maximum width of a row as text, in columns */
  constructor(level: Level<Row>, format: Format, top: number | null, width: number) {
    this.#level = level;
    this.#format = format;
    this.#top = top === null ? null : new TopList(top);
    this.#width = width;
  }

  line(line: ScoredLine): string {
    const rows = this.#level.rowsOf(line);
    if (!this.#top) return this.#print(rows);
    for (const row of rows) this.#top.offer(this.#level.surprise(row), () => row);
    return '';
  }

  end(): string {
    return this.#top ? this.#print(this.#top.items) : '';
  }

  #print(rows: readonly Row[]): string {
    const lines = rows.map((row) => this.#written(row));
    if (!this.#begun && rows.length > 0) {
      this.#begun = true;
      lines.unshift(...this.#header(rows[0]));
    }
    return lines.map((line) => `${line}\n`).join('');
  }

  #header(row: Row): string[] {
    if (this.#format === 'text') return [bold(this.#level.header())];
    return this.#format === 'tsv' ? [tsvHeader(this.#level.record(row))] : [];
  }

  #written(row: Row): string {
    if (this.#format === 'text') return this.#level.text(row, this.#width).trimEnd();
    return recordLine(this.#level.record(row), this.#format);
  }
}

/** One row for the whole text. */
export class TotalsOutput implements Output {
  readonly #format: 'json' | 'tsv';

  constructor(format: 'json' | 'tsv') {
    this.#format = format;
  }

  line(): string {
    return '';
  }

  end(totals: ScoreTotals): string {
    const record = totalsRecord(totals);
    const header = this.#format === 'tsv' ? `${tsvHeader(record)}\n` : '';
    return `${header}${recordLine(record, this.#format)}\n`;
  }
}

function recordLine(record: object, format: 'json' | 'tsv'): string {
  return format === 'json' ? jsonLine(record) : tsvLine(record);
}
