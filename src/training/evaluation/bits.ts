import type { TokenCorpus } from '../../data/token-corpus.ts';

/** A loss by what the text has whatever its tokens are, so that models of any tokens can be compared. */
export interface Bits {
  /** The mean loss of a token in bits, divided by the mean length of a token in bytes of UTF-8. */
  readonly bitsPerByte: number;
  /** The same by code points. */
  readonly bitsPerCharacter: number;
}

/** What the mean length of a token is measured by; a `Corpus` is one. */
export type TextSize = Pick<TokenCorpus, 'tokens' | 'items' | 'bytes' | 'characters'>;

/** @param loss the mean of the targets, in nats */
export function bitsOf(loss: number, size: TextSize): Bits {
  const [bits, tokens] = [loss / Math.LN2, tokensOf(size)];
  return {
    bitsPerByte: bits / (size.bytes / tokens),
    bitsPerCharacter: bits / (size.characters / tokens),
  };
}

/**
 * exp of the loss of a word: of the mean loss, divided by the mean number of words in a token. Where each token is a word or a
 * line end, as in the Penn Treebank files, it is the perplexity.
 * @param loss the mean of the targets, in nats
 * @param words of the text, as `countWords` counts them
 */
export function perWordPerplexity(loss: number, words: number, size: TextSize): number {
  return Math.exp(loss / (words / tokensOf(size)));
}

/**
 * The tokens that the text is spelled with. The first of an endless text counts though it is no target, so that the mean
 * length is that of the whole text; of items each token is a target, and so is each end.
 */
function tokensOf({ tokens, items }: TextSize): number {
  return items === null ? tokens.length : tokens.length - 1;
}
