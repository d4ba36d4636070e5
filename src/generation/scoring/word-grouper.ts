import { END_TOKEN } from '../../data/vocabulary/vocabulary.ts';
import type { ScoredLine, ScoredToken } from './scored-line.ts';

/** A word between white space with the bits of its pieces, or a line end. */
export interface ScoredWord {
  readonly line: number;
  /** In its line, counted from 1. */
  readonly position: number;
  /** Without the white space before it; of a line end a newline. */
  readonly text: string;
  /** The white space before it, which its first pieces spell. */
  readonly space: string;
  /** Where it is in its line, in UTF-16 units: from `start` to before `end`. */
  readonly start: number;
  readonly end: number;
  readonly bits: number;
  /** Whether the vocabulary has all of its tokens. */
  readonly known: boolean;
  readonly tokens: readonly ScoredToken[];
}

/**
 * Sums the tokens of each word of lines that come one after the other. White space belongs to the word that follows, that before
 * a newline to the line end, and what ends the text to the last word.
 */
export class WordGrouper {
  #tokens: ScoredToken[] = [];
  /** How many of them are of the open word; behind it comes white space alone. */
  #inWord = 0;
  #end = 0;
  #position = 0;

  /** The words that this line, or piece of one, completes. */
  push(line: ScoredLine): ScoredWord[] {
    if (line.starts) [this.#position, this.#end] = [0, 0];
    const words: ScoredWord[] = [];
    const close = (count: number) => {
      if (count > 0) words.push(this.#close(line.line, count));
    };
    for (const token of line.tokens) {
      const text = this.#newText(token);
      const isApart = token.start > this.#end;
      this.#end = Math.max(this.#end, token.end);
      if (endsUnit(token)) close(this.#inWord);
      else if (/\S/.test(text)) {
        if (isApart || /^\s/.test(text) || this.#tokens.length > this.#inWord) close(this.#inWord);
        this.#inWord = this.#tokens.length + 1;
      } else if (text === '' && this.#inWord === this.#tokens.length) this.#inWord += 1;
      this.#tokens.push(token);
      if (endsUnit(token)) close(this.#tokens.length);
    }
    if (line.ends) close(this.#tokens.length);
    return words;
  }

  /** What of a token's text the tokens before it have not: a character of several tokens is that of the first. */
  #newText({ text, start }: ScoredToken): string {
    return text.slice(Math.max(0, this.#end - start));
  }

  /** The first `count` tokens are a word. */
  #close(line: number, count: number): ScoredWord {
    const tokens = this.#tokens.splice(0, count);
    this.#inWord = 0;
    this.#position += 1;
    const whole = joined(tokens);
    const isEnd = tokens[count - 1].token === END_TOKEN;
    const text = whole.trim() !== '' ? whole.trim() : isEnd ? '' : whole.slice(-1);
    const at = whole.lastIndexOf(text);
    const start = tokens[0].start + at;
    return {
      ...{ line, position: this.#position, text, space: whole.slice(0, at), start, end: start + text.length },
      bits: tokens.reduce((sum, { bits }) => sum + bits, 0),
      known: tokens.every(({ known }) => known),
      tokens,
    };
  }
}

/** A line end, or the end of an item, which has no text. */
function endsUnit({ text, token }: ScoredToken): boolean {
  return text.endsWith('\n') || token === END_TOKEN;
}

/** The text of tokens that follow one another. */
function joined(tokens: readonly ScoredToken[]): string {
  let [text, end] = ['', tokens[0].start];
  for (const token of tokens) {
    text += token.text.slice(Math.max(0, end - token.start));
    end = Math.max(end, token.end);
  }
  return text;
}
