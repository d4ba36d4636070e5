import type { Vocabulary } from '../../data/vocabulary/vocabulary.ts';
import type { ScoreTotals } from './score-totals.ts';
import type { CompactLine, ScoredLine, ScoredToken } from './scored-line.ts';

/** A scored token in machine-readable output: `--json`, tables and `/v1/score`. */
export interface TokenRecord {
  /** The line number, from 1. */
  readonly line: number;
  /** The position in the line in tokens, from 1. */
  readonly position: number;
  /** The token, as the vocabulary spells it. */
  readonly token: string;
  /** False for an out-of-vocabulary token. */
  readonly known: boolean;
  /** The surprisal in bits: −log₂ of its probability. */
  readonly bits: number;
  /** 1 + the number of more likely tokens; null without alternatives. */
  readonly rank: number | null;
  /** The most likely tokens at its position, most likely first. */
  readonly alternatives: readonly { readonly token: string; readonly probability: number }[];
  /** The characters of the text that it represents. */
  readonly text: string;
}

/** The totals of a text. Values per token, character or byte are NaN for an empty text. */
export interface TotalsRecord {
  /** Number of lines. */
  readonly lines: number;
  /** Number of tokens. */
  readonly tokens: number;
  /** Number of out-of-vocabulary tokens. */
  readonly unknownTokens: number;
  /** Number of Unicode code points, newlines included. */
  readonly characters: number;
  /** Total surprisal, in bits. */
  readonly bits: number;
  /** Mean surprisal per token, in bits. */
  readonly bitsPerToken: number;
  /** Mean surprisal per Unicode code point, in bits. */
  readonly bitsPerCharacter: number;
  /** 2 to the power of `bitsPerToken`. */
  readonly perplexity: number;
  /** Length of the text in UTF-8 bytes, newlines included. */
  readonly bytes: number;
  /** Mean surprisal per UTF-8 byte, in bits. */
  readonly bitsPerByte: number;
  /** Number of white-space-separated words, plus one per newline. */
  readonly words: number;
  /** Perplexity per word: 2 to the power of the bits per word. */
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
  return recordOf(scored.tokens[index], scored, index, vocabulary);
}

/** The records of a line's tokens, created one by one. */
export function* tokenRecords(scored: CompactLine, vocabulary: Vocabulary): Generator<TokenRecord> {
  let index = 0;
  for (const token of scored.tokens) yield recordOf(token, scored, index++, vocabulary);
}

/** @param totals of this line alone */
export function lineRecord(line: number, text: string, totals: ScoreTotals): LineRecord {
  const { bytes, bitsPerByte } = totals;
  return { line, ...sumsOf(totals), bytes, bitsPerByte, text };
}

/** The totals of a text as plain data, such as for JSON. */
export function totalsRecord(totals: ScoreTotals): TotalsRecord {
  const { lines, perplexity, bytes, bitsPerByte, words, perWordPerplexity } = totals;
  return { lines, ...sumsOf(totals), perplexity, bytes, bitsPerByte, words, perWordPerplexity };
}

function sumsOf({ tokens, unknownTokens, characters, bits, bitsPerToken, bitsPerCharacter }: ScoreTotals) {
  return { tokens, unknownTokens, characters, bits, bitsPerToken, bitsPerCharacter };
}

function recordOf(
  { token, bits, rank, known, alternatives, text }: ScoredToken,
  { line, position }: CompactLine,
  index: number,
  vocabulary: Vocabulary,
): TokenRecord {
  return {
    line,
    position: position + index,
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
