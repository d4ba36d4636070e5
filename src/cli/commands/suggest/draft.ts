import { UnrolledError } from '../../../errors.ts';
import type { Suggestion, Suggestions } from '../../../generation/suggestions/next-tokens.ts';
import { percent } from '../../terminal/format.ts';
import { edit, emptyLine, type Line } from '../../terminal/line/edit.ts';
import { frame } from '../../terminal/line/frame.ts';
import type { Key } from '../../terminal/line/keys.ts';
import { bold, printable } from '../../terminal/style.ts';
import { clip, columnsOf } from '../../terminal/width.ts';

/** The suggestions of a model, as the draft uses them. */
export interface Adviser {
  suggest(text: string): Suggestions;
  /** The text to insert after a completed word: a space or nothing. */
  behind(token: string): string;
}

/** The action to take after a key. */
export type Wish = 'continue' | 'write' | 'leave' | 'interrupt';

/** A text being typed: the finished lines, the current line, and suggestions for the next word. */
export class Draft {
  /** The text before the current line. */
  written: string = '';
  line: Line = emptyLine;
  readonly #adviser: Adviser;
  #half: string = '';
  #next: readonly Suggestion[] = [];
  #trouble: string | null = null;

  constructor(adviser: Adviser) {
    this.#adviser = adviser;
    this.#ask();
  }

  get text(): string {
    return this.written + this.line.text;
  }

  /** Applies keys up to the first one that is not an edit. @returns its action, and the keys after it */
  take(keys: readonly Key[]): { readonly wish: Wish; readonly rest: readonly Key[] } {
    for (const [at, key] of keys.entries()) {
      const wish = this.#wishOf(key);
      if (wish !== 'continue') return { wish, rest: keys.slice(at + 1) };
      if (key.name === 'tab') this.#takeFirst();
      else this.line = edit(this.line, key);
    }
    this.#ask();
    return { wish: 'continue', rest: [] };
  }

  /** Starts a new line after `written`. */
  startLine(written: string): void {
    this.written = written;
    this.line = emptyLine;
    this.#ask();
  }

  /** What to print on a terminal of this width, from the row of the line on. */
  frame(columns: number): string {
    return frame(this.line, this.#below(columns - 1), columns);
  }

  #wishOf({ name }: Key): Wish {
    if (name === 'enter') return this.#canBeRead() ? 'write' : 'continue';
    return name === 'leave' || name === 'interrupt' ? name : 'continue';
  }

  #canBeRead(): boolean {
    this.#ask();
    return this.#trouble === null;
  }

  #takeFirst(): void {
    this.#ask(); // keys before it may have changed the line
    const [first] = this.#next;
    if (!first) return;
    const { text, cursor } = this.line;
    const start = cursor - Math.min(this.#half.length, cursor);
    const before = text.slice(0, start) + first.token + this.#adviser.behind(first.token);
    this.line = { text: before + text.slice(cursor), cursor: before.length };
  }

  #ask(): void {
    const before = this.written + this.line.text.slice(0, this.line.cursor);
    try {
      const { half, next } = this.#adviser.suggest(before);
      [this.#half, this.#next, this.#trouble] = [half, next, null];
    } catch (error) {
      if (!(error instanceof UnrolledError)) throw error;
      [this.#half, this.#next, this.#trouble] = ['', [], error.message];
    }
  }

  /** As many suggestions as fit, the first in bold: Tab accepts it. */
  #below(columns: number): string {
    if (this.#trouble !== null) return clip(printable(this.#trouble), columns);
    let [row, room] = ['', columns];
    for (const [i, { token, probability }] of this.#next.entries()) {
      const word = clip(printable(token), columns - 10);
      const cell = `  ${word} ${percent(probability)}`;
      room -= columnsOf(cell);
      if (room < 0) break;
      row += i === 0 ? cell.replace(word, () => bold(word)) : cell;
    }
    return row;
  }
}
