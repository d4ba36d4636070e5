import { UnrolledError } from '../../errors.ts';
import type { CompactLine, ScoredLine } from './scored-line.ts';

/** Accumulates totals over the lines of a text. Values per token, character or byte are NaN for an empty text. */
export class ScoreTotals {
  /** The number of lines; for a model of items, the number of items. */
  lines = 0;
  /** The number of tokens. */
  tokens = 0;
  /** The number of out-of-vocabulary tokens. */
  unknownTokens = 0;
  /** The number of Unicode code points, newlines included. */
  characters = 0;
  /** The length of the text in UTF-8 bytes, newlines included. */
  bytes = 0;
  /** The number of white-space-separated words, plus one per newline. */
  words = 0;
  /** The sum of the surprisals, in bits. */
  bits = 0;

  /** Adds a line, or a piece of one. */
  add({ starts, characters, bytes, words, tokens }: ScoredLine | CompactLine): void {
    this.lines += Number(starts);
    this.characters += characters;
    this.bytes += bytes;
    this.words += words;
    for (const { bits, known } of tokens) {
      this.tokens += 1;
      this.bits += bits;
      this.unknownTokens += Number(!known);
    }
  }

  /** Mean surprisal per token, in bits. */
  get bitsPerToken(): number {
    return this.bits / this.tokens;
  }

  /** Mean surprisal per Unicode code point, in bits. */
  get bitsPerCharacter(): number {
    return this.bits / this.characters;
  }

  /** Mean surprisal per UTF-8 byte, in bits. */
  get bitsPerByte(): number {
    return this.bits / this.bytes;
  }

  /** Perplexity per word, comparable between models with any tokens. Infinity on overflow. */
  get perWordPerplexity(): number {
    return 2 ** (this.bits / this.words);
  }

  /**
   * 2 to the power of the bits per token: exp of the mean loss.
   * @throws {UnrolledError} code `not-finite` on overflow
   */
  get perplexity(): number {
    const perplexity = 2 ** this.bitsPerToken;
    if (perplexity !== Number.POSITIVE_INFINITY) return perplexity;
    throw new UnrolledError(
      'not-finite',
      `score: the mean surprisal is ${this.bitsPerToken} bits per token, whose perplexity overflows; it must be ` +
        'finite. The weights are too large: use another model.',
    );
  }
}
