import type { Vocabulary } from '../vocabulary/vocabulary.ts';

/** The ids of a prompt; for an empty one, those of the start of a line. */
export function promptOrLineStart(ids: Int32Array, vocabulary: Vocabulary): Int32Array {
  return ids.length > 0 ? ids : lineStart(vocabulary);
}

/** The id that represents the start of a line: the end of the previous line. */
export function lineStart({ lineEndId }: Vocabulary): Int32Array {
  return Int32Array.of(Math.max(0, lineEndId));
}
