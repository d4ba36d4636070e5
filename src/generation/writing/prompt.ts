import { Corpus } from '../../data/corpus.ts';
import type { TextCodec } from '../../data/text-codec.ts';

export interface Prompt {
  /** As it was given; empty where none was. */
  readonly text: string;
  readonly ids: Int32Array;
  /** The words that the vocabulary lacks, as the text spells them, each once. */
  readonly unknown: readonly string[];
  /** What its last token spells beyond the text, of a prompt that was healed. Default: nothing. */
  readonly begun?: string;
}

export const noPrompt: Prompt = { text: '', ids: new Int32Array(0), unknown: [] };

/** Throws UnrolledError for a token that can't be read at all. */
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
