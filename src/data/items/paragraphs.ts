import { checkTextLength } from '../texts/text-length.ts';
import type { ItemSplitter, SplitterOptions } from './item-splitter.ts';
import { Lines, withoutCr } from './lines.ts';

/** One item per paragraph: the lines between blank lines (empty or white space only), without the last line end. */
export class ParagraphItems implements ItemSplitter {
  readonly skipped: number = 0;
  readonly #where: string;
  readonly #lines: Lines;
  #paragraph: string[] = [];
  #length = 0;

  constructor({ where = 'items' }: SplitterOptions = {}) {
    this.#where = where;
    this.#lines = new Lines(where);
  }

  push(chunk: string): string[] {
    return this.#lines.push(chunk).flatMap((line) => this.#add(line));
  }

  end(): string[] {
    return [...this.#lines.end().flatMap((line) => this.#add(line)), ...this.#take()];
  }

  #add(line: string): string[] {
    if (!/\S/.test(line)) return this.#take();
    this.#length += line.length + 1;
    checkTextLength(`${this.#where}: an item`, this.#length, 'characters');
    this.#paragraph.push(line);
    return [];
  }

  #take(): string[] {
    if (this.#paragraph.length === 0) return [];
    const item = withoutCr(this.#paragraph.join('\n'));
    this.#paragraph = [];
    this.#length = 0;
    return [item];
  }
}

/** The whole text is one item, unchanged. */
export class WholeItem implements ItemSplitter {
  readonly skipped: number = 0;
  readonly #where: string;
  #pieces: string[] = [];
  #length = 0;

  constructor({ where = 'items' }: SplitterOptions = {}) {
    this.#where = where;
  }

  push(chunk: string): string[] {
    this.#length += chunk.length;
    checkTextLength(`${this.#where}: an item`, this.#length, 'characters');
    this.#pieces.push(chunk);
    return [];
  }

  end(): string[] {
    const item = this.#pieces.join('');
    this.#pieces = [];
    this.#length = 0;
    return [item];
  }
}
