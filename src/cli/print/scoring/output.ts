import type { ScoreTotals } from '../../../generation/scoring/score-totals.ts';
import type { ScoredLine } from '../../../generation/scoring/scored-line.ts';
import { TopList } from '../../../generation/scoring/top-list.ts';
import { bold } from '../../terminal/style.ts';
import type { Level } from './level.ts';
import { type Fields, jsonLine, totalsFields, tsvHeader, tsvLine } from './record.ts';

export type Format = 'text' | 'json' | 'tsv';

/** What is printed of a score as it comes: each call returns whole lines, or nothing. */
export interface Output {
  line(line: ScoredLine): string;
  end(totals: ScoreTotals): string;
}

/** A row a token or a line, in the order of the text; with `top`, the most surprising ones at the end. */
export class RowOutput<Row> implements Output {
  readonly #level: Level<Row>;
  readonly #format: Format;
  readonly #top: TopList<Row> | null;
  readonly #width: number;
  #begun = false;

  /** @param width columns that a line for a person may take */
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

/** One row for all of the text. */
export class TotalsOutput implements Output {
  readonly #format: 'json' | 'tsv';

  constructor(format: 'json' | 'tsv') {
    this.#format = format;
  }

  line(): string {
    return '';
  }

  end(totals: ScoreTotals): string {
    const fields = totalsFields(totals);
    const header = this.#format === 'tsv' ? `${tsvHeader(fields)}\n` : '';
    return `${header}${recordLine(fields, this.#format)}\n`;
  }
}

function recordLine(fields: Fields, format: 'json' | 'tsv'): string {
  return format === 'json' ? jsonLine(fields) : tsvLine(fields);
}
