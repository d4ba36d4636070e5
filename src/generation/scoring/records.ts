import type { Vocabulary } from '../../data/vocabulary/vocabulary.ts';
import type { ScoreTotals } from './score-totals.ts';
import type { ScoredLine } from './scored-line.ts';

/** A scored token as a program reads it: of `--json`, of a table and of `/v1/score`. */
export interface TokenRecord {
  /** The line number, counted from 1. */
  readonly line: number;
  /** The position of the token in its line, counted from 1. */
  readonly position: number;
  /** The token, as the vocabulary spells it. */
  readonly token: string;
  /** False where the vocabulary lacks the token. */
  readonly known: boolean;
  /** The surprisal, −log₂ of the token's probability, in bits. */
  readonly bits: number;
  /** null without alternatives. */
  readonly rank: number | null;
  /** The likeliest tokens at its position, the likeliest first. */
  readonly alternatives: readonly { readonly token: string; readonly probability: number }[];
  /** The characters of the text that it stands for. */
  readonly text: string;
}

/** The totals of a text. Numbers per token, character or byte are NaN for an empty text. */
export interface TotalsRecord {
  /** The number of lines; for a model of items, the number of items. */
  readonly lines: number;
  /** The number of tokens. */
  readonly tokens: number;
  /** The number of tokens that the vocabulary lacks. */
  readonly unknownTokens: number;
  /** The length of the text in Unicode code points, newlines included. */
  readonly characters: number;
  /** The sum of the surprisals, in bits. */
  readonly bits: number;
  /** The mean surprisal per token, in bits. */
  readonly bitsPerToken: number;
  /** The mean surprisal per Unicode code point, in bits. */
  readonly bitsPerCharacter: number;
  /** The perplexity per token, 2 to the power of `bitsPerToken`. */
  readonly perplexity: number;
  /** The length of the text in UTF-8 bytes, newlines included. */
  readonly bytes: number;
  /** The mean surprisal per UTF-8 byte, in bits. */
  readonly bitsPerByte: number;
  /** Between white space; each newline is one more. */
  readonly words: number;
  /** exp of the loss of a word. */
  readonly perWordPerplexity: number;
}

/** The totals of a line. */
export interface LineRecord
  extends Omit<TotalsRecord, 'lines' | 'perplexity' | 'words' | 'perWordPerplexity'> {
  readonly line: number;
  readonly text: string;
}

/** @param index of the token within `scored.tokens` */
export function tokenRecord(scored: ScoredLine, index: number, vocabulary: Vocabulary): TokenRecord {
  const { token, bits, rank, known, alternatives, text } = scored.tokens[index];
  return {
    line: scored.line,
    position: scored.position + index,
    token,
    known,
    bits,
    rank,
    alternatives: alternatives.map(({ id, probability }) => ({
      token: vocabulary.tokenOf(id),
      probability,
    })),
    text,
  };
}

/** @param totals of this line alone */
export function lineRecord(line: number, text: string, totals: ScoreTotals): LineRecord {
  const { bytes, bitsPerByte } = totals;
  return { line, ...sumsOf(totals), bytes, bitsPerByte, text };
}

export function totalsRecord(totals: ScoreTotals): TotalsRecord {
  const { lines, perplexity, bytes, bitsPerByte, words, perWordPerplexity } = totals;
  return { lines, ...sumsOf(totals), perplexity, bytes, bitsPerByte, words, perWordPerplexity };
}

function sumsOf({ tokens, unknownTokens, characters, bits, bitsPerToken, bitsPerCharacter }: ScoreTotals) {
  return { tokens, unknownTokens, characters, bits, bitsPerToken, bitsPerCharacter };
}
