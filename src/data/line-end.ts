import type { Vocabulary } from './vocabulary.ts';

/** The ids of a text to go on from; where it has none, the start of a line. */
export function promptOrLineStart(ids: Int32Array, vocabulary: Vocabulary): Int32Array {
  return ids.length > 0 ? ids : lineStart(vocabulary);
}

/** What stands for "the start of a line" where there is no text before: the end of the line before. */
export function lineStart({ lineEndId }: Vocabulary): Int32Array {
  return Int32Array.of(Math.max(0, lineEndId));
}
