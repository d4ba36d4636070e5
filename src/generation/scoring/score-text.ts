import { type ItemSplit, partsOf, splitOf } from '../../data/items/item-split.ts';
import { checkText } from '../../data/text-codec.ts';
import { UnrolledError } from '../../errors.ts';
import { checkTextModel } from '../../models/check-model.ts';
import type { TextModel } from '../../models/model-file.ts';
import { type TokenRecord, type TotalsRecord, tokenRecord, totalsRecord } from './records.ts';
import { score } from './score.ts';
import { ScoreTotals } from './score-totals.ts';
import type { ScoredLine, ScoreOptions } from './scored-line.ts';

/** A scored token with its position in the text. */
export interface TextToken extends TokenRecord {
  /** The token's id. */
  readonly id: number;
  /** Start of its characters in the text (for JSON lines and CSV in the item), in UTF-16 units. */
  readonly start: number;
  /** End of its characters, exclusive, in UTF-16 units. */
  readonly end: number;
}

/** The surprisal of a text in bits: totals, and token by token. */
export interface TextScore extends Omit<TotalsRecord, 'tokens'> {
  /** The tokens of the text, in order. */
  readonly tokens: readonly TextToken[];
}

/**
 * Returns the surprisal of each token of a text: −log₂ of its probability given the tokens before it. The result is in memory;
 * `score` yields the same line by line for texts of any length.
 *
 * @throws {UnrolledError} code `text-empty` for a text without a token, `token-unknown` for a token that the vocabulary can't
 * encode, `option-value` or `option-conflict` for unusable options; the signal's reason when aborted
 */
export async function scoreText(
  saved: TextModel,
  text: string,
  options: ScoreOptions = {},
): Promise<TextScore> {
  checkTextModel('scoreText', saved);
  checkText('encode', text);
  const totals = new ScoreTotals();
  const tokens: TextToken[] = [];
  const startOf = startsIn(text, splitOf(saved) && (options.items ?? splitOf(saved)));
  let lineStart = 0;
  for await (const line of score(saved, text, options)) {
    if (line.starts) lineStart = startOf(line);
    totals.add(line);
    for (const index of line.tokens.keys()) {
      const { id, start, end } = line.tokens[index];
      const place = { start: lineStart + start, end: lineStart + end };
      tokens.push({ ...tokenRecord(line, index, saved.vocabulary), id, ...place });
    }
  }
  if (tokens.length === 0) {
    const { unit } = saved.tokenizer;
    throw new UnrolledError(
      'text-empty',
      `scoreText: the text has no ${unit}; it needs at least one. Use another text.`,
    );
  }
  return { ...totalsRecord(totals), tokens };
}

/** Returns a function for the start of each line or item in the text, to be called in order. */
function startsIn(text: string, split: ItemSplit | null): (line: ScoredLine) => number {
  let [start, end] = [0, 0];
  if (split === null) {
    return ({ line }) => {
      if (line > 1) start = text.indexOf('\n', start) + 1;
      return start;
    };
  }
  if (partsOf(split)[1] !== '') return () => 0;
  return ({ text: item }) => {
    start = text.indexOf(item, end);
    end = start + item.length;
    return start;
  };
}
