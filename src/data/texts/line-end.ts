import type { Vocabulary } from '../vocabulary/vocabulary.ts';

/**
 * The ids that a model reads for a prompt. Continuous text: the ids of the prompt, or the start of a line for an empty one. Items:
 * the end token, from which an item's first token is predicted, then the ids of the prompt.
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

/** The id before the start of a line: the line end. */
export function lineStart({ lineEndId }: Vocabulary): Int32Array {
  return Int32Array.of(Math.max(0, lineEndId));
}
