import { inForm } from '../../data/texts/normal-form.ts';
import type { OnProgress } from '../../data/token-progress.ts';
import { BPETrainer } from '../../data/tokenizers/bpe/train.ts';
import { normalised } from '../../data/tokenizers/normalised.ts';
import { openTokenizer } from '../../data/tokenizers/open.ts';
import type { Tokenizer } from '../../data/tokenizers/tokenizer.ts';
import type { Recipe } from '../recipe.ts';

/** Minimum frequency of a pair that is merged into a piece. */
const MIN_FREQUENCY = 2;
/** Number of characters between progress reports. */
const CHUNK = 2 ** 20;

/**
 * The tokenizer of a recipe with resolved `tokens`; with `bpe`, its pieces are learnt here.
 * @param training the training texts, without validation or test text
 */
export function tokenizerOf(
  recipe: Recipe,
  training: () => Iterable<string>,
  onShare?: OnProgress,
): Tokenizer {
  const { tokens, normalize } = recipe;
  const tokenizer = tokens === 'bpe' ? learnt(recipe, training(), onShare) : openTokenizer(tokens);
  return normalize == null ? tokenizer : normalised(tokenizer, normalize);
}

/** A trainer for the pieces of a recipe. */
export function pieceTrainer({ vocabSize }: Recipe): BPETrainer {
  return new BPETrainer({ vocabSize: vocabSize ?? 0, minFrequency: MIN_FREQUENCY });
}

function learnt(recipe: Recipe, texts: Iterable<string>, onShare?: OnProgress): Tokenizer {
  const { normalize } = recipe;
  const trainer = pieceTrainer(recipe);
  for (const given of texts) {
    const text = normalize == null ? given : inForm(given, normalize);
    for (let at = 0; at < text.length; at += CHUNK) {
      trainer.push(text.slice(at, at + CHUNK));
      if (text.length > CHUNK) onShare?.(Math.min(1, (at + CHUNK) / text.length), 'counting');
    }
    trainer.end();
  }
  return trainer.train();
}
