import { checkObject, checkValue, choice } from '../../../kinds.ts';
import { checkTextModel } from '../../../models/check-model.ts';
import type { TextModel } from '../../../models/model-file.ts';
import type { CompactLine, ScoredLine } from '../scored-line.ts';
import { jsonLine, tsvHeader, tsvLine } from './encode-record.ts';
import { LineRows } from './line-rows.ts';
import type { RowLevel } from './row-level.ts';
import { TokenRows } from './token-rows.ts';
import { WordRows } from './word-rows.ts';

/** What a `ScoreWriter` writes. */
export interface ScoreWriterOptions {
  /** What a row is of. */
  by: 'token' | 'word' | 'line';
  /** JSON lines, or tab-separated values with a header. */
  format: 'json' | 'tsv';
}

/**
 * Writes the scores of a text as rows of JSON or TSV, as `unrolled score` prints them with `--by` and `--json` or `--tsv`. The
 * command line scores with `alternatives: 3` by token, and with `alternatives: null` by word or line.
 */
export class ScoreWriter {
  readonly #level: RowLevel<unknown>;
  readonly #encoder: RecordEncoder;

  /**
   * @param saved the model that scores the text
   * @throws {UnrolledError} code `option-value` for unusable options
   */
  constructor(saved: TextModel, options: ScoreWriterOptions) {
    checkTextModel('ScoreWriter', saved);
    checkObject('ScoreWriter', 'the options', options, 'Pass { by, format }.');
    checkValue('ScoreWriter', 'by', options.by, levels);
    checkValue('ScoreWriter', 'format', options.format, formats);
    this.#level = levelOf(saved, options.by);
    this.#encoder = new RecordEncoder(options.format);
  }

  /** The rows that this line completes, each with a newline; an empty string if there are none. Lines come in text order. */
  push(line: ScoredLine | CompactLine): string {
    const records = this.#level.rowsOf(line).map((row) => this.#level.record(row));
    return records.map((record) => this.#encoder.write(record)).join('');
  }
}

/**
 * Writes records as lines of JSON or TSV, as the command line does. In JSON, control and invisible characters of texts are written
 * as `\u…`. In TSV, numbers have 7 digits, control characters of texts are escaped, such as `\t`, and lists of objects become
 * columns: `token1`, `probability1`, `token2` …
 */
export class RecordEncoder {
  readonly #format: 'json' | 'tsv';
  #isFirst = true;

  constructor(format: 'json' | 'tsv') {
    this.#format = format;
  }

  /** The record with a newline; in TSV, the first one has a header. */
  write(record: object): string {
    if (this.#format === 'json') return `${jsonLine(record)}\n`;
    const header = this.#isFirst ? `${tsvHeader(record)}\n` : '';
    this.#isFirst = false;
    return `${header}${tsvLine(record)}\n`;
  }
}

function levelOf({ vocabulary }: TextModel, by: ScoreWriterOptions['by']): RowLevel<unknown> {
  const level = {
    token: () => new TokenRows(vocabulary),
    word: () => new WordRows(),
    line: () => new LineRows(),
  };
  return level[by]() as RowLevel<unknown>;
}

const levels = choice(['token', 'word', 'line']);
const formats = choice(['json', 'tsv']);
