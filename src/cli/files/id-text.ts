import { UnrolledError } from '../../errors.ts';
import { displayName } from './standard-input.ts';
import { streamText } from './texts/stream-texts.ts';

const [NEWLINE, ZERO, NINE] = [10, 48, 57];
/** ASCII white space. */
const BLANKS = ' \t\n\v\f\r';
/** How many characters of an invalid word an error shows. */
const SHOWN = 20;

/**
 * Reads decimal ids separated by white space, in constant memory. Throws UnrolledError with the line number for any other word
 * and for an id of `size` or more.
 */
export async function* readIds(path: string, size: number): AsyncGenerator<number[], void> {
  const parser = new IdParser(displayName(path), size);
  for await (const text of streamText([path], { allowEmpty: true })) yield parser.push(text);
  yield parser.push(' ');
}

/** Parses ids from chunks; an id may be split between two chunks. */
export class IdParser {
  readonly #where: string;
  readonly #size: number;
  #line = 1;
  /** The value of the unfinished id; null between ids. */
  #value: number | null = null;

  constructor(where: string, size: number) {
    this.#where = where;
    this.#size = size;
  }

  /** The ids that are complete, since another character follows. */
  push(text: string): number[] {
    const ids: number[] = [];
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code >= ZERO && code <= NINE) {
        this.#value = 10 * (this.#value ?? 0) + code - ZERO;
        if (this.#value >= this.#size) throw this.#outOfRange(text, at);
        continue;
      }
      if (!BLANKS.includes(text.charAt(at))) throw this.#notAnId(text, at);
      if (this.#value !== null) ids.push(this.#value);
      this.#value = null;
      if (code === NEWLINE) this.#line++;
    }
    return ids;
  }

  #outOfRange(text: string, at: number): UnrolledError {
    const rest = /^\d*/.exec(text.slice(at + 1, at + SHOWN)) as RegExpExecArray;
    return new UnrolledError(
      'id-range',
      `${this.#where}: line ${this.#line} has the id ${this.#value}${rest[0]}; ids must be from 0 to ${this.#size - 1}. ` +
        'Use the tokenizer that made them.',
    );
  }

  #notAnId(text: string, at: number): UnrolledError {
    const rest = /^\S+/.exec(text.slice(at, at + SHOWN)) as RegExpExecArray;
    return new UnrolledError(
      'id-range',
      `${this.#where}: line ${this.#line} has ${JSON.stringify(`${this.#value ?? ''}${rest[0]}`)}; it needs ids from 0 to ` +
        `${this.#size - 1}, separated by white space. Use the output of tokenizer encode.`,
    );
  }
}
