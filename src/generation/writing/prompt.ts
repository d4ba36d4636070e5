import { Corpus } from '../../data/corpus.ts';
import type { TextCodec } from '../../data/text-codec.ts';

/** An encoded prompt. */
export interface Prompt {
  /** The text as given; empty for none. */
  readonly text: string;
  readonly ids: Int32Array;
  /** Its distinct out-of-vocabulary words, as spelled in the text. */
  readonly unknown: readonly string[];
  /** The text that its last token adds after a healed prompt. Default: none. */
  readonly begun?: string;
}

export const noPrompt: Prompt = { text: '', ids: new Int32Array(0), unknown: [] };

/** Encodes a prompt. Throws UnrolledError at an out-of-vocabulary token if there is no unknown token. */
export function encodePrompt(text: string, { tokenizer, vocabulary }: TextCodec): Prompt {
  const { ids, unknownAt } = Corpus.encode(text, tokenizer, vocabulary);
  if (unknownAt.length === 0) return { text, ids, unknown: [] };
  const unknown = new Set<string>();
  let [at, next] = [0, 0];
  for (const { start, end } of tokenizer.spans(text)) {
    if (at++ !== unknownAt[next]) continue;
    unknown.add(text.slice(start, end));
    next++;
  }
  return { text, ids, unknown: [...unknown] };
}
