import { printable } from '../../../data/texts/printable.ts';
import { UnrolledError } from '../../../errors.ts';
import type { Suggestion, Suggestions } from '../../../generation/suggestions/next-tokens.ts';
import { percent } from '../../terminal/format.ts';
import { edit, emptyLine, type Line } from '../../terminal/line/edit.ts';
import { frame } from '../../terminal/line/frame.ts';
import type { Key } from '../../terminal/line/keys.ts';
import { bold } from '../../terminal/style.ts';
import { clip, columnsOf } from '../../terminal/width.ts';

/** The suggestions of a model, as the draft uses them. */
export interface SuggestionSource {
  suggest(text: string): Suggestions;
  /** The text to insert after a completed word: a space or nothing. */
  behind(token: string): string;
}

/** The action to take after a key. */
export type KeyAction = 'continue' | 'write' | 'leave' | 'interrupt';

/** A text being typed: the finished lines, the current line, and suggestions for the next word. */
export class Draft {
  /** The text before the current line. */
  written: string = '';
  line: Line = emptyLine;
  readonly #adviser: SuggestionSource;
  #half: string = '';
  #next: readonly Suggestion[] = [];
  #error: string | null = null;

  constructor(adviser: SuggestionSource) {
    this.#adviser = adviser;
    this.#refresh();
  }

  get text(): string {
    return this.written + this.line.text;
  }

  /** Applies keys up to the first one that is not an edit. @returns its action, and the keys after it */
  take(keys: readonly Key[]): { readonly action: KeyAction; readonly rest: readonly Key[] } {
    for (const [at, key] of keys.entries()) {
      const action = this.#actionOf(key);
      if (action !== 'continue') return { action, rest: keys.slice(at + 1) };
      if (key.name === 'tab') this.#acceptFirst();
      else this.line = edit(this.line, key);
    }
    this.#refresh();
    return { action: 'continue', rest: [] };
  }

  /** Starts a new line after `written`. */
  startLine(written: string): void {
    this.written = written;
    this.line = emptyLine;
    this.#refresh();
  }

  /** What to print on a terminal of this width, from the row of the line on. */
  frame(columns: number): string {
    return frame(this.line, this.#below(columns - 1), columns);
  }

  #actionOf({ name }: Key): KeyAction {
    if (name === 'enter') return this.#isReadable() ? 'write' : 'continue';
    return name === 'leave' || name === 'interrupt' ? name : 'continue';
  }

  #isReadable(): boolean {
    this.#refresh();
    return this.#error === null;
  }

  #acceptFirst(): void {
    this.#refresh(); // keys before it may have changed the line
    const [first] = this.#next;
    if (!first) return;
    const { text, cursor } = this.line;
    const start = cursor - Math.min(this.#half.length, cursor);
    const before = text.slice(0, start) + first.token + this.#adviser.behind(first.token);
    this.line = { text: before + text.slice(cursor), cursor: before.length };
  }

  #refresh(): void {
    const before = this.written + this.line.text.slice(0, this.line.cursor);
    try {
      const { half, next } = this.#adviser.suggest(before);
      [this.#half, this.#next, this.#error] = [half, next, null];
    } catch (error) {
      if (!(error instanceof UnrolledError)) throw error;
      [this.#half, this.#next, this.#error] = ['', [], error.message];
    }
  }

  /** As many suggestions as fit, the first in bold: Tab accepts it. */
  #below(columns: number): string {
    if (this.#error !== null) return clip(printable(this.#error), columns);
    let [row, free] = ['', columns];
    for (const [i, { token, probability }] of this.#next.entries()) {
      const word = clip(printable(token), columns - 10);
      const cell = `  ${word} ${percent(probability)}`;
      free -= columnsOf(cell);
      if (free < 0) break;
      row += i === 0 ? cell.replace(word, () => bold(word)) : cell;
    }
    return row;
  }
}
