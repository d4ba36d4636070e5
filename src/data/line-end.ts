import { EOS } from './tokenizers/word.ts';
import type { Vocabulary } from './vocabulary.ts';

/** The id that ends a line, of a word or a newline; undefined where the vocabulary has none. */
export function lineEnd(vocabulary: Vocabulary): number | undefined {
  return vocabulary.idOf(EOS) ?? vocabulary.idOf('\n');
}

/** The ids of a text to go on from; where it has none, the start of a line. */
export function promptOrLineStart(ids: Int32Array, vocabulary: Vocabulary): Int32Array {
  return ids.length > 0 ? ids : lineStart(vocabulary);
}

/** What stands for "the start of a line" where there is no text before: the end of the line before. */
export function lineStart(vocabulary: Vocabulary): Int32Array {
  return Int32Array.of(lineEnd(vocabulary) ?? 0);
}
