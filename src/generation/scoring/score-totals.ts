import type { ScoredLine } from './scored-line.ts';

/** Totals over the lines of a text. Per-token and per-character numbers are NaN for an empty text. */
export class ScoreTotals {
  lines = 0;
  tokens = 0;
  /** How many of the tokens the vocabulary lacks. */
  unknownTokens = 0;
  /** Unicode code points, newlines counted. */
  characters = 0;
  bits = 0;

  add({ starts, characters, tokens }: ScoredLine): void {
    this.lines += Number(starts);
    this.tokens += tokens.length;
    this.characters += characters;
    for (const { bits, known } of tokens) {
      this.bits += bits;
      this.unknownTokens += Number(!known);
    }
  }

  get bitsPerToken(): number {
    return this.bits / this.tokens;
  }

  get bitsPerCharacter(): number {
    return this.bits / this.characters;
  }

  /** 2 to the power of the bits a token: exp of the mean loss. */
  get perplexity(): number {
    return 2 ** this.bitsPerToken;
  }
}
