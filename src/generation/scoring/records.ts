import type { Vocabulary } from '../../data/vocabulary/vocabulary.ts';
import type { ScoreTotals } from './score-totals.ts';
import type { ScoredLine } from './scored-line.ts';

/** A scored token as a program reads it: of `--json`, of a table and of `/v1/score`. */
export interface TokenRecord {
  readonly line: number;
  readonly position: number;
  readonly token: string;
  /** False where the vocabulary lacks the token. */
  readonly known: boolean;
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
  readonly lines: number;
  readonly tokens: number;
  readonly unknownTokens: number;
  readonly characters: number;
  readonly bits: number;
  readonly bitsPerToken: number;
  readonly bitsPerCharacter: number;
  readonly perplexity: number;
  readonly bytes: number;
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
