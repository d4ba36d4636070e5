import { totalsRecord } from '../../../generation/scoring/records.ts';
import type { RowLevel } from '../../../generation/scoring/rows/row-level.ts';
import { RecordEncoder } from '../../../generation/scoring/rows/score-writer.ts';
import type { ScoreTotals } from '../../../generation/scoring/score-totals.ts';
import type { ScoredLine } from '../../../generation/scoring/scored-line.ts';
import { TopList } from '../../../generation/scoring/top-list.ts';
import { bold } from '../../terminal/style.ts';

export type Format = 'text' | 'json' | 'tsv';

/** Formats scores as they arrive. Each call returns whole lines, or an empty string. */
export interface Output {
  line(line: ScoredLine): string;
  end(totals: ScoreTotals): string;
}

/** Rows that can be shown as text. */
export interface Level<Row> extends RowLevel<Row> {
  /** The header and a row as text, without a newline, at most `width` columns. */
  header(): string;
  text(row: Row, width: number): string;
}

/** Prints all rows in text order or, with `top`, the most surprising ones at the end. */
export class RowOutput<Row> implements Output {
  readonly #level: Level<Row>;
  readonly #encoder: RecordEncoder | null;
  readonly #top: TopList<Row> | null;
  readonly #width: number;
  #begun = false;

  /** @param width maximum width of a row as text, in columns */
  constructor(level: Level<Row>, format: Format, top: number | null, width: number) {
    this.#level = level;
    this.#encoder = format === 'text' ? null : new RecordEncoder(format);
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
    const encoder = this.#encoder;
    if (encoder) return rows.map((row) => encoder.write(this.#level.record(row))).join('');
    const lines = rows.map((row) => this.#level.text(row, this.#width).trimEnd());
    if (!this.#begun && rows.length > 0) {
      this.#begun = true;
      lines.unshift(bold(this.#level.header()));
    }
    return lines.map((line) => `${line}\n`).join('');
  }
}

/** One row for the whole text. */
export class TotalsOutput implements Output {
  readonly #encoder: RecordEncoder;

  constructor(format: 'json' | 'tsv') {
    this.#encoder = new RecordEncoder(format);
  }

  line(): string {
    return '';
  }

  end(totals: ScoreTotals): string {
    return this.#encoder.write(totalsRecord(totals));
  }
}
