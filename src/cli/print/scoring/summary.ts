import type { ScoreTotals } from '../../../generation/scoring/score-totals.ts';
import type { SavedModel } from '../../../models/model-file.ts';
import { count, percent, perplexity, plural } from '../../terminal/format.ts';
import { pairs } from '../../terminal/table.ts';

/** The totals of a text, and how the state was carried. */
export function summary(totals: ScoreTotals, { vocabulary }: SavedModel, state: keyof typeof STATES): string {
  const { lines, tokens, unknownTokens, bitsPerToken, bitsPerByte, bitsPerCharacter } = totals;
  const unknown =
    unknownTokens === 0 ? 'none' : `${percent(unknownTokens / tokens)}, scored as ${vocabulary.unknown}`;
  return pairs([
    ['bits per token', bitsPerToken.toFixed(3)],
    ['bits per byte', bitsPerByte.toFixed(3)],
    ['bits per character', bitsPerCharacter.toFixed(3)],
    ['perplexity', perplexity(totals.perplexity)],
    [
      'tokens',
      state === 'items'
        ? `${count(tokens)} in ${plural(lines, 'item')}, ends counted`
        : `${count(tokens)} in ${plural(lines, 'line')}, newlines counted`,
    ],
    ['out of vocabulary', unknown],
    ['state', STATES[state]],
  ]);
}

const STATES = {
  items: 'reset at each item',
  line: 'reset at each line, which is read after a newline',
  carry: 'carried over from line to line, starting after a newline',
} as const;
