import type { TextCodec } from '../../../src/data/text-codec.ts';
import { openTokenizer } from '../../../src/data/tokenizers/open.ts';
import { Vocabulary } from '../../../src/data/vocabulary/vocabulary.ts';

/** A vocabulary of V words, for models whose files have none. */
export function codecOf(V: number): TextCodec {
  const tokens = Array.from({ length: V - 1 }, (_, i) => `w${i + 1}`);
  return {
    tokenizer: openTokenizer('word'),
    vocabulary: Vocabulary.fromTokens(['<unk>', ...tokens], '<unk>'),
  };
}

export function logSoftmax(logits: ArrayLike<number>): number[] {
  const x = Array.from(logits);
  const most = Math.max(...x);
  const log = most + Math.log(x.reduce((sum, value) => sum + Math.exp(value - most), 0));
  return x.map((value) => value - log);
}
