import type { TextCutter } from './id-encoder.ts';
import type { IntList } from './int-list.ts';
import { TokenBoundarySplitter } from './texts/token-boundaries.ts';
import type { Tokenizer } from './tokenizers/tokenizer.ts';

const STEP = 2 ** 16;
/** Progress before the end is an estimate; only the end reports 1. */
const MAX_ESTIMATE = 0.99;

/** Called periodically with the approximate fraction of a text that is counted or encoded, and with 1 at its end. */
export type OnProgress = (share: number, work: 'counting' | 'encoding') => void;

/** A tokenizer that reports progress every 65,536 tokens, or every 65,536 UTF-16 units in `encode`. */
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
