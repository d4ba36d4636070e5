import { inForm } from '../../../data/texts/normal-form.ts';
import { normalised } from '../../../data/tokenizers/normalised.ts';
import type { Tokenizer } from '../../../data/tokenizers/tokenizer.ts';
import type { Recipe } from '../../recipe.ts';
import { pieceTrainer } from '../tokenizer-of.ts';
import type { TextStream } from '../training-data.ts';
import type { TextNote } from './notes.ts';
import type { StreamReadOptions } from './pieces.ts';
import { spread } from './spread.ts';

/** Maximum size of the sample that pieces are learnt from, in bytes, and the length of its parts, in UTF-16 units. */
const [MAX_SAMPLE_BYTES, PART_LENGTH] = [2 ** 26, 2 ** 18];

/**
 * Learns the pieces of a recipe from at most 64 MB, sampled evenly from a text.
 * @param bytesPerUnit average bytes per UTF-16 unit of the text
 */
export async function learnPieces(
  text: TextStream,
  recipe: Recipe,
  bytesPerUnit: number,
  { onRead, signal }: StreamReadOptions,
): Promise<{ readonly tokenizer: Tokenizer; readonly notes: readonly TextNote[] }> {
  const { normalize } = recipe;
  const most = Math.floor(MAX_SAMPLE_BYTES / bytesPerUnit);
  const isPart = text.length > most;
  const trainer = pieceTrainer(recipe);
  const total = Math.min(text.length, most);
  let read = 0;
  for await (const part of spread(text, most, PART_LENGTH)) {
    signal?.throwIfAborted();
    trainer.push(normalize == null ? part : inForm(part, normalize));
    if (isPart) trainer.end();
    read += part.length;
    onRead?.(Math.min(0.99, read / total));
  }
  const tokenizer = trainer.train();
  onRead?.(1);
  const notes: TextNote[] = [
    ...(isPart ? [{ note: 'learnt-from-sample', bytes: Math.round(read * bytesPerUnit) } as const] : []),
    ...(trainer.pruned > 0 ? [{ note: 'rare-tokens-pruned', most: trainer.preTokens } as const] : []),
  ];
  return { tokenizer: normalize == null ? tokenizer : normalised(tokenizer, normalize), notes };
}
