import type { Vocabulary } from '../vocabulary/vocabulary.ts';

/**
 * What a model reads of a prompt. Of endless text: its ids, for an empty one those of the start of a line. Of items: the end token, from
 * which an item's first token is predicted, and its ids.
 */
export function promptOrLineStart(ids: Int32Array, vocabulary: Vocabulary): Int32Array {
  const { endId } = vocabulary;
  if (endId >= 0) {
    const last = ids.lastIndexOf(endId);
    if (last >= 0) return ids.subarray(last); // items are independent of each other
    const read = new Int32Array(ids.length + 1);
    read[0] = endId;
    read.set(ids, 1);
    return read;
  }
  return ids.length > 0 ? ids : lineStart(vocabulary);
}

/** The id that represents the start of a line: the end of the previous line. */
export function lineStart({ lineEndId }: Vocabulary): Int32Array {
  return Int32Array.of(Math.max(0, lineEndId));
}
