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
}

/** The totals of a text. Per-token and per-character numbers are NaN for an empty text. */
export interface TotalsRecord {
  readonly lines: number;
  readonly tokens: number;
  readonly unknownTokens: number;
  readonly characters: number;
  readonly bits: number;
  readonly bitsPerToken: number;
  readonly bitsPerCharacter: number;
  readonly perplexity: number;
}

/** The totals of a line. */
export interface LineRecord extends Omit<TotalsRecord, 'lines' | 'perplexity'> {
  readonly line: number;
  readonly text: string;
}

/** @param index of the token within `scored.tokens` */
export function tokenRecord(scored: ScoredLine, index: number, vocabulary: Vocabulary): TokenRecord {
  const { token, bits, rank, known, alternatives } = scored.tokens[index];
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
  };
}

/** @param totals of this line alone */
export function lineRecord(line: number, text: string, totals: ScoreTotals): LineRecord {
  const { tokens, unknownTokens, characters, bits, bitsPerToken, bitsPerCharacter } = totals;
  return { line, tokens, unknownTokens, characters, bits, bitsPerToken, bitsPerCharacter, text };
}

export function totalsRecord(totals: ScoreTotals): TotalsRecord {
  const { lines, tokens, unknownTokens, characters, bits, bitsPerToken, bitsPerCharacter, perplexity } =
    totals;
  return { lines, tokens, unknownTokens, characters, bits, bitsPerToken, bitsPerCharacter, perplexity };
}
