import { UnrolledError } from '../../errors.ts';
import type { ScoredLine } from './scored-line.ts';

/** Totals over the lines of a text. Per-token and per-character numbers are NaN for an empty text. */
export class ScoreTotals {
  /** The number of lines; for a model of items, the number of items. */
  lines = 0;
  /** The number of tokens. */
  tokens = 0;
  /** How many of the tokens the vocabulary lacks. */
  unknownTokens = 0;
  /** Unicode code points, newlines counted. */
  characters = 0;
  /** The length of the text in UTF-8 bytes, newlines included. */
  bytes = 0;
  /** Between white space; each newline is one more. */
  words = 0;
  /** The sum of the surprisals, in bits. */
  bits = 0;

  /** Adds a line, or a piece of one. */
  add({ starts, characters, bytes, words, tokens }: ScoredLine): void {
    this.lines += Number(starts);
    this.tokens += tokens.length;
    this.characters += characters;
    this.bytes += bytes;
    this.words += words;
    for (const { bits, known } of tokens) {
      this.bits += bits;
      this.unknownTokens += Number(!known);
    }
  }

  /** The mean surprisal per token, in bits. */
  get bitsPerToken(): number {
    return this.bits / this.tokens;
  }

  /** The mean surprisal per Unicode code point, in bits. */
  get bitsPerCharacter(): number {
    return this.bits / this.characters;
  }

  /** The mean surprisal per UTF-8 byte, in bits. */
  get bitsPerByte(): number {
    return this.bits / this.bytes;
  }

  /** exp of the loss of a word: comparable between models of any tokens. Infinity where that is beyond any number. */
  get perWordPerplexity(): number {
    return 2 ** (this.bits / this.words);
  }

  /** 2 to the power of the bits a token: exp of the mean loss. @throws where that is beyond any number */
  get perplexity(): number {
    const perplexity = 2 ** this.bitsPerToken;
    if (perplexity !== Number.POSITIVE_INFINITY) return perplexity;
    throw new UnrolledError(
      'not-finite',
      `score: the text takes ${this.bitsPerToken} bits a token, whose perplexity is beyond any number; it must be ` +
        'finite. The weights are too large: use another model.',
    );
  }
}
