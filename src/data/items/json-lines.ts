import { BadLines, type ItemSplitter, type SplitterOptions } from './item-splitter.ts';
import { Lines } from './lines.ts';

/** Splits JSON lines: the string under a key of each object is an item. Blank lines are skipped. */
export class JsonLineItems implements ItemSplitter {
  readonly #field: string;
  readonly #lines: Lines;
  readonly #bad: BadLines;
  #line = 0;

  constructor(field: string, options: SplitterOptions = {}) {
    this.#field = field;
    this.#lines = new Lines(options.where);
    this.#bad = new BadLines(options);
  }

  get skipped(): number {
    return this.#bad.skipped;
  }

  push(chunk: string): string[] {
    return this.#lines.push(chunk).flatMap((line) => this.#read(line));
  }

  end(): string[] {
    return this.#lines.end().flatMap((line) => this.#read(line));
  }

  #read(text: string): string[] {
    this.#line += 1;
    const line = this.#line === 1 && text.startsWith('\ufeff') ? text.slice(1) : text;
    if (!/\S/.test(line)) return [];
    const item = this.#itemOf(line);
    if (item === null) return [];
    return [item];
  }

  #itemOf(line: string): string | null {
    const value = parsed(line);
    const field = JSON.stringify(this.#field);
    const needs = `the line must be a JSON object with a string under ${field}.`;
    const bad = (what: string) => {
      this.#bad.add(this.#line, `${what}; ${needs}`);
      return null;
    };
    if (value === undefined) return bad(`${JSON.stringify(line.slice(0, 40))} is not JSON`);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      return bad('the JSON is not an object');
    }
    if (!Object.hasOwn(value, this.#field)) return bad(`the object has no ${field}`);
    const item: unknown = Reflect.get(value, this.#field);
    return typeof item === 'string' ? item : bad(`${field} is not a string`);
  }
}

/** undefined if the line is not JSON. */
function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
