import type { TextCodec } from '../../../data/text-codec.ts';
import type { Tokenizer } from '../../../data/tokenizers/tokenizer.ts';
import { TokenCounts } from '../../../data/vocabulary/token-counts.ts';
import { OptionError } from '../../option-error.ts';
import type { Recipe } from '../../recipe.ts';
import { countedCodec, type TextStream } from '../training-data.ts';
import type { TextNote } from './notes.ts';
import { piecesOf, type StreamReadOptions } from './pieces.ts';

/** Different tokens that are counted exactly: about 100 MB. */
export const MOST_DIFFERENT: number = 2 ** 20;

export interface LearntCodec extends TextCodec {
  readonly notes: readonly TextNote[];
}

/** The vocabulary of a text's tokens, as `prepare` makes it of one that is held, and the tokenizer fitted to their counts. */
export async function countCodec(
  text: TextStream,
  cutter: Tokenizer,
  { vocabSize, maxTokens }: Pick<Recipe, 'vocabSize' | 'maxTokens'>,
  reading: StreamReadOptions,
  most: number = MOST_DIFFERENT,
): Promise<LearntCodec> {
  const tokens = new TokenCounts(most);
  let left = maxTokens ?? Number.POSITIVE_INFINITY;
  for await (const piece of piecesOf(text, cutter, reading)) {
    left -= tokens.add(cutter.tokenize(piece), left);
    if (left <= 0) break;
  }
  const { counts, pruned } = tokens;
  if (pruned > 0 && (vocabSize === null || vocabSize > most / 2)) throw tooMany(cutter, vocabSize, most);
  return {
    ...countedCodec(counts, cutter, vocabSize),
    notes: pruned > 0 ? [{ note: 'rare-tokens-pruned', most }] : [],
  };
}

function tooMany({ unit }: Tokenizer, vocabSize: number | null, most: number): OptionError {
  const shown = most.toLocaleString('en');
  return new OptionError('file-large', (nameOf) => {
    const half = Math.floor(most / 2).toLocaleString('en');
    return (
      `the training text has more than ${shown} different ${unit}s, of which the rarest are no longer counted; ` +
      `${nameOf('vocabSize')} is ${vocabSize ?? 'all'}, and may be ${half} then. Use a smaller ${nameOf('vocabSize')}, or other ${nameOf('tokens')}.`
    );
  });
}
