import { type ItemSplit, partsOf, splitOf } from '../../data/items/item-split.ts';
import { checkText } from '../../data/text-codec.ts';
import { UnrolledError } from '../../errors.ts';
import { checkTextModel } from '../../models/check-model.ts';
import type { TextModel } from '../../models/model-file.ts';
import { type TokenRecord, type TotalsRecord, tokenRecord, totalsRecord } from './records.ts';
import { score } from './score.ts';
import { ScoreTotals } from './score-totals.ts';
import type { ScoredLine, ScoreOptions } from './scored-line.ts';

/** A scored token and where it stands in the text. */
export interface TextToken extends TokenRecord {
  /** The token's id. */
  readonly id: number;
  /** Its characters in the text, of JSON lines and CSV in the item, in UTF-16 units: from `start` to before `end`. */
  readonly start: number;
  /** The end of the token in the text, exclusive, in UTF-16 code units. */
  readonly end: number;
}

/** What a text costs a model, in bits: the whole, and token by token. */
export interface TextScore extends Omit<TotalsRecord, 'tokens'> {
  /** The tokens of the text, in order. */
  readonly tokens: readonly TextToken[];
}

/**
 * The surprisal of each token of a text, −log₂ of its probability after the tokens before it, in memory all at once; `score`
 * gives the same line by line for texts of any length.
 *
 * @throws UnrolledError for a text without a token, and for a token that the vocabulary can't encode; the signal's reason
 * when it is aborted
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
      `scoreText: the text has no ${unit}; it needs at least one. Give some text.`,
    );
  }
  return { ...totalsRecord(totals), tokens };
}

/** Where a line or item of a text begins in it: they come in order. */
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
