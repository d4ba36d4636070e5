import { END_TOKEN } from '../../data/vocabulary/vocabulary.ts';
import type { CompactLine, ScoredLine, ScoredToken } from './scored-line.ts';

/** A white-space-separated word, or a line end, with the summed surprisal of its tokens. */
export interface ScoredWord {
  /** The line number, from 1. */
  readonly line: number;
  /** The position in its line in words, from 1. */
  readonly position: number;
  /** The word without the white space before it; `\n` for a line end. */
  readonly text: string;
  /** The white space before it, which is part of its first tokens. */
  readonly space: string;
  /** Start in its line, in UTF-16 units. */
  readonly start: number;
  /** End in its line, exclusive, in UTF-16 units. */
  readonly end: number;
  /** The surprisal in bits, summed over its tokens. */
  readonly bits: number;
  /** Whether all of its tokens are in the vocabulary. */
  readonly known: boolean;
  /** Its tokens, in order. */
  readonly tokens: readonly ScoredToken[];
}

/**
 * Groups the tokens of consecutive lines into words. White space belongs to the word after it, before a newline to the line end,
 * and at the end of the text to the last word.
 */
export class WordGrouper {
  #tokens: ScoredToken[] = [];
  /** Number of these tokens in the current word; only white space follows them. */
  #inWord = 0;
  #end = 0;
  #position = 0;

  /** Adds a line, or a piece of one; returns the words completed by it. */
  push(line: ScoredLine | CompactLine): ScoredWord[] {
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

  /** The text of a token without characters of earlier tokens: a character split over several tokens belongs to the first. */
  #newText({ text, start }: ScoredToken): string {
    return text.slice(Math.max(0, this.#end - start));
  }

  /** Makes a word of the first `count` tokens. */
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

/** Whether a token is a line end or the end token of an item. */
function endsUnit({ text, token }: ScoredToken): boolean {
  return text.endsWith('\n') || token === END_TOKEN;
}

/** The text of consecutive tokens. */
function joined(tokens: readonly ScoredToken[]): string {
  let [text, end] = ['', tokens[0].start];
  for (const token of tokens) {
    text += token.text.slice(Math.max(0, end - token.start));
    end = Math.max(end, token.end);
  }
  return text;
}
