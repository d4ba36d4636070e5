import type { TextCutter } from './id-encoder.ts';
import type { IntList } from './int-list.ts';
import { TokenBoundarySplitter } from './texts/token-boundaries.ts';
import type { Tokenizer } from './tokenizers/tokenizer.ts';

const STEP = 2 ** 16;
/** Units are estimated; only the end is 1. */
const MAX_ESTIMATE = 0.99;

/** Called from time to time with about how much of a text is counted or encoded, from 0 to 1, and at its end with 1. */
export type OnProgress = (share: number, work: 'counting' | 'encoding') => void;

/** The same tokens, with word of how far they have come every 65,536 of them, or as many units where ids are made at once. */
export function withProgress(
  tokenizer: Tokenizer,
  work: 'counting' | 'encoding',
  onProgress: OnProgress,
): TextCutter {
  const gap = tokenizer.wholeWords ? 1 : 0;
  return {
    *tokenize(text: string): Iterable<string> {
      let [count, units] = [0, 0];
      try {
        for (const token of tokenizer.tokenize(text)) {
          yield token;
          units += token === tokenizer.lineEnd ? 1 : token.length + gap;
          if (++count % STEP === 0) onProgress(Math.min(MAX_ESTIMATE, units / text.length), work);
        }
      } finally {
        onProgress(1, work);
      }
    },

    fixedVocabulary: () => tokenizer.fixedVocabulary(),

    ...(tokenizer.encode && {
      encode(text: string, ids: IntList): void {
        const pieces = new TokenBoundarySplitter(tokenizer);
        for (let at = 0; at < text.length; at += STEP) {
          tokenizer.encode?.(pieces.push(text.slice(at, at + STEP)), ids);
          onProgress(Math.min(MAX_ESTIMATE, at / text.length), work);
        }
        tokenizer.encode?.(pieces.end(), ids);
        onProgress(1, work);
      },
    }),
  };
}
