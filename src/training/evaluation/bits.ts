import type { TokenCorpus } from '../../data/token-corpus.ts';
import { exp } from '../../tensor/portable-math.ts';

/** The loss per byte and per character, which compares models across tokenizers. */
export interface Bits {
  /** Bits per byte: mean loss per token in bits, divided by mean token length in UTF-8 bytes. */
  readonly bitsPerByte: number;
  /** Bits per character: mean loss per token in bits, divided by mean token length in Unicode code points. */
  readonly bitsPerCharacter: number;
}

/** The sizes that determine the mean token length; a `Corpus` has them. */
export type TextSize = Pick<TokenCorpus, 'tokens' | 'items' | 'bytes' | 'characters'>;

/**
 * Converts a mean loss to bits per byte and per character.
 * @param loss mean loss per target, in nats
 */
export function bitsOf(loss: number, size: TextSize): Bits {
  const [bits, tokens] = [loss / Math.LN2, tokensOf(size)];
  return {
    bitsPerByte: bits / (size.bytes / tokens),
    bitsPerCharacter: bits / (size.characters / tokens),
  };
}

/**
 * Perplexity per word: exp of the mean loss divided by the mean number of words per token. When every token is a word or a
 * line end, as in the Penn Treebank files, it equals the perplexity.
 * @param loss mean loss per target, in nats
 * @param words number of words in the text, from `countWords`
 */
export function perWordPerplexity(loss: number, words: number, size: TextSize): number {
  return exp(loss / (words / tokensOf(size)));
}

/**
 * The number of tokens that spell the text. In continuous text the first token counts although it is not a target, so that
 * the mean length is that of the whole text. In items every token is a target, and so is every end token.
 */
function tokensOf({ tokens, items }: TextSize): number {
  return items === null ? tokens.length : tokens.length - 1;
}
