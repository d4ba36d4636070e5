import { checkNumbers } from '../../kinds.ts';
import { SuffixAutomaton, TextReader } from './suffix-automaton.ts';

/** A run of tokens that occurs in two sequences. */
export interface Span {
  /** Its length in tokens. */
  readonly length: number;
  /** Its index in the output. */
  readonly inOutput: number;
  /** Its index in the text. */
  readonly inText: number;
}

/**
 * Finds the longest run of ids in `output` that also occurs in `text`; ties go to the first in
 * `text`. Ids of `text` below 0 match nothing.
 *
 * Reads the text once through a suffix automaton (Blumer et al. 1985) of the output: O(text + output) time and
 * O(output) memory.
 * @throws {UnrolledError} code `option-value` when an argument is not an array of numbers
 */
export function longestVerbatim(output: Int32Array, text: Int32Array): Span {
  checkNumbers('longestVerbatim', 'output', output);
  checkNumbers('longestVerbatim', 'text', text);
  const reader = new TextReader(new SuffixAutomaton(output));
  let best: Span = { length: 0, inOutput: 0, inText: 0 };
  for (let at = 0; at < text.length; at++) {
    reader.read(text[at]);
    const { node, length } = reader;
    if (length > best.length) best = { length, inOutput: node.end - length, inText: at + 1 - length };
  }
  return best;
}
