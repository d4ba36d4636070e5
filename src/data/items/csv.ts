import { checkTextLength } from '../texts/text-length.ts';
import { BadLines, type ItemSplitter, type SplitterOptions } from './item-splitter.ts';
import { withoutCr } from './lines.ts';

const [QUOTE, COMMA, LF, CR] = Array.from('",\n\r', (mark) => mark.charCodeAt(0));

/** State of the parser. `closed`: after a quote in a quoted field, which ends the field or is the first of two. */
type FieldState = 'start' | 'plain' | 'quoted' | 'closed';

/**
 * Splits CSV (RFC 4180): each field of one column is an item. Fields are separated by commas and quoted if they contain a comma,
 * a quote (doubled) or a line end. The first row names the columns; the column is a name or a number from 1. Empty rows are
 * skipped. A quote within an unquoted field is an ordinary character.
 */
export class CsvItems implements ItemSplitter {
  readonly #where: string;
  readonly #column: string;
  readonly #bad: BadLines;
  #state: FieldState = 'start';
  #field = '';
  /** All fields of the header so far; of any other row only the selected one. */
  #fields: string[] = [];
  /** Number of completed fields in the row. */
  #count = 0;
  /** The selected column, from 0; null before the header is read. */
  #wanted: number | null = null;
  #line = 1;
  #rowLine = 1;
  #quoteLine = 1;
  #fault = false;

  constructor(column: string, options: SplitterOptions = {}) {
    this.#where = options.where ?? 'items';
    this.#column = column;
    this.#bad = new BadLines(options);
  }

  get skipped(): number {
    return this.#bad.skipped;
  }

  push(chunk: string): string[] {
    const items: string[] = [];
    for (let at = 0; at < chunk.length; ) {
      if (this.#state === 'quoted') {
        at = this.#readQuoted(chunk, at);
        continue;
      }
      const code = chunk.charCodeAt(at);
      if (code === LF) items.push(...this.#endRow());
      else if (code === COMMA) this.#endField();
      else if (code === QUOTE && this.#state !== 'plain') this.#openQuote();
      else if (this.#state !== 'closed') at = this.#readPlain(chunk, at) - 1;
      else if (code !== CR) [this.#fault, this.#state] = [true, 'plain'];
      at += 1;
    }
    return items;
  }

  /** Throws if a quote is unclosed, even with `skipBad`, because the rest of the text would be one field; and without a header. */
  end(): string[] {
    if (this.#state === 'quoted') {
      const what = 'the quote that opens here is never closed; it needs a closing quote.';
      throw this.#bad.error(this.#quoteLine, `${what} Correct the file.`);
    }
    const items = this.#endRow();
    if (this.#wanted !== null) return items;
    throw this.#bad.error(1, 'the file has no rows; the first row must name the columns. Use another file.');
  }

  #openQuote(): void {
    // The second of two quotes within a quoted field.
    if (this.#state === 'closed') this.#add('"');
    else this.#quoteLine = this.#line;
    this.#state = 'quoted';
  }

  #readQuoted(chunk: string, at: number): number {
    const close = chunk.indexOf('"', at);
    const text = chunk.slice(at, close < 0 ? chunk.length : close);
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', end + 1)) this.#line += 1;
    this.#add(text);
    if (close < 0) return chunk.length;
    this.#state = 'closed';
    return close + 1;
  }

  /** Reads up to a comma or line end. */
  #readPlain(chunk: string, at: number): number {
    let end = at;
    for (; end < chunk.length; end++) {
      const code = chunk.charCodeAt(end);
      if (code === COMMA || code === LF) break;
    }
    this.#add(chunk.slice(at, end));
    this.#state = 'plain';
    return end;
  }

  /** Drops fields of other columns. */
  #add(text: string): void {
    if (this.#wanted !== null && this.#count !== this.#wanted) {
      // The first characters decide whether the row is empty.
      if (this.#count === 0 && this.#field.length < 2) this.#field += text.slice(0, 2);
      return;
    }
    checkTextLength(`${this.#where}: an item`, this.#field.length + text.length, 'characters');
    this.#field += text;
  }

  #endField(): void {
    if (this.#wanted === null || this.#count === this.#wanted) this.#fields.push(this.#field);
    this.#count += 1;
    this.#field = '';
    this.#state = 'start';
  }

  #endRow(): string[] {
    if (this.#state === 'plain') this.#field = withoutCr(this.#field);
    const isBlank = this.#count === 0 && this.#field === '' && this.#state !== 'closed';
    const [fields, wanted, fault, line] = [this.#fields, this.#wanted, this.#fault, this.#rowLine];
    if (isBlank) this.#state = 'start';
    else this.#endField();
    const count = this.#count;
    [this.#fields, this.#count, this.#fault] = [[], 0, false];
    this.#line += 1;
    this.#rowLine = this.#line;
    if (isBlank) return [];
    if (wanted === null) {
      this.#wanted = this.#columnOf(fields);
      return [];
    }
    if (fault)
      this.#bad.add(line, 'there is text after the closing quote of a field; a comma must follow it.');
    else if (fields.length === 0) {
      this.#bad.add(
        line,
        `the row has ${count === 1 ? '1 field' : `${count} fields`}; it must have the column ${this.#named}, number ${wanted + 1}.`,
      );
    } else return fields;
    return [];
  }

  #columnOf(header: readonly string[]): number {
    const [first = '', ...others] = header;
    const names = [first.replace(/^\ufeff/, ''), ...others];
    const byName = names.indexOf(this.#column);
    if (byName >= 0) return byName;
    const number = /^[1-9]\d*$/.test(this.#column) ? Number(this.#column) : 0;
    if (number >= 1 && number <= names.length) return number - 1;
    const shown = JSON.stringify(names.join(', ').slice(0, 200));
    throw this.#bad.error(
      1,
      `there is no column ${this.#named}; the columns are ${shown}. Use one of these names, or a number from 1 to ${names.length}.`,
    );
  }

  get #named(): string {
    return JSON.stringify(this.#column);
  }
}
