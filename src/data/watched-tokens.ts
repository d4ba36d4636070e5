import type { Tokenizer } from './tokenizers/tokenizer.ts';

const STEP = 2 ** 16;

/** Told from time to time, while a text is read, about how much of it has been: from 0 to 1. */
export type OnShare = (share: number) => void;

/** The same tokens, with word of how far they have come every 65,536 of them. */
export function watched(
  tokenizer: Pick<Tokenizer, 'tokenize' | 'lineEnd' | 'wholeWords'>,
  onShare: OnShare,
): Pick<Tokenizer, 'tokenize'> {
  const gap = tokenizer.wholeWords ? 1 : 0;
  return {
    *tokenize(text: string): Iterable<string> {
      let [count, units] = [0, 0];
      for (const token of tokenizer.tokenize(text)) {
        yield token;
        units += token === tokenizer.lineEnd ? 1 : token.length + gap;
        if (++count % STEP === 0) onShare(Math.min(1, units / text.length));
      }
    },
  };
}
