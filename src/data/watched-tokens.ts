import type { Tokenizer } from './tokenizers/tokenizer.ts';

const STEP = 2 ** 16;
/** Units are estimated; only the end is 1. */
const MOST = 0.99;

/** Called from time to time with about how much of a text is counted or encoded, from 0 to 1, and at its end with 1. */
export type OnShare = (share: number, work: 'counting' | 'encoding') => void;

/** The same tokens, with word of how far they have come every 65,536 of them. */
export function watched(
  tokenizer: Pick<Tokenizer, 'tokenize' | 'lineEnd' | 'wholeWords'>,
  work: 'counting' | 'encoding',
  onShare: OnShare,
): Pick<Tokenizer, 'tokenize'> {
  const gap = tokenizer.wholeWords ? 1 : 0;
  return {
    *tokenize(text: string): Iterable<string> {
      let [count, units] = [0, 0];
      try {
        for (const token of tokenizer.tokenize(text)) {
          yield token;
          units += token === tokenizer.lineEnd ? 1 : token.length + gap;
          if (++count % STEP === 0) onShare(Math.min(MOST, units / text.length), work);
        }
      } finally {
        onShare(1, work);
      }
    },
  };
}
