import type { TextCodec } from '../../../data/text-codec.ts';
import type { Tokenizer } from '../../../data/tokenizers/tokenizer.ts';
import { TokenCounts } from '../../../data/vocabulary/token-counts.ts';
import { OptionError } from '../../../errors.ts';
import type { Recipe } from '../../recipe.ts';
import { countedCodec, type TextStream } from '../training-data.ts';
import type { TextNote } from './notes.ts';
import { piecesOf, type StreamReadOptions } from './pieces.ts';

/** Maximum number of distinct tokens to count, in about 100 MB of memory. */
export const MAX_DISTINCT: number = 2 ** 20;

export interface LearntCodec extends TextCodec {
  readonly notes: readonly TextNote[];
}

/** Builds the vocabulary of a streamed text, as `prepare` does for a text in memory, and fits the tokenizer to it. */
export async function countCodec(
  text: TextStream,
  base: Tokenizer,
  { vocabSize, maxTokens }: Pick<Recipe, 'vocabSize' | 'maxTokens'>,
  reading: StreamReadOptions,
  most: number = MAX_DISTINCT,
): Promise<LearntCodec> {
  const tokens = new TokenCounts(most);
  let left = maxTokens ?? Number.POSITIVE_INFINITY;
  for await (const piece of piecesOf(text, base, reading)) {
    left -= tokens.add(base.tokenize(piece), left);
    if (left <= 0) break;
  }
  const { counts, pruned } = tokens;
  if (pruned > 0 && (vocabSize === null || vocabSize > most / 2)) throw tooMany(base, vocabSize, most);
  return {
    ...countedCodec(counts, base, vocabSize),
    notes: pruned > 0 ? [{ note: 'rare-tokens-pruned', most }] : [],
  };
}

function tooMany({ unit }: Tokenizer, vocabSize: number | null, most: number): OptionError {
  const shown = most.toLocaleString('en');
  return new OptionError('file-large', (nameOf) => {
    const half = Math.floor(most / 2).toLocaleString('en');
    return (
      `${nameOf('vocabSize')} is ${vocabSize ?? 'all'}, and the training text has more than ${shown} distinct ${unit}s, so ` +
      `that rare ones were not counted; it must be at most ${half}. Use a smaller ${nameOf('vocabSize')}, or other ${nameOf('tokens')}.`
    );
  });
}
