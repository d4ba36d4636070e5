import { checkNumbers } from '../../kinds.ts';

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
  const automaton = new SuffixAutomaton(output);
  let best: Span = { length: 0, inOutput: 0, inText: 0 };
  let [node, length] = [automaton.root, 0];
  for (let at = 0; at < text.length; at++) {
    while (node !== automaton.root && !node.next.has(text[at])) {
      node = node.link as Node;
      length = node.length;
    }
    const next = node.next.get(text[at]);
    if (!next) continue;
    [node, length] = [next, length + 1];
    if (length > best.length) best = { length, inOutput: node.end - length, inText: at + 1 - length };
  }
  return best;
}

/** A state of the automaton: the runs of ids with the same end positions. */
interface Node {
  /** The length of the longest run. */
  readonly length: number;
  /** The first end position, exclusive. */
  readonly end: number;
  readonly next: Map<number, Node>;
  /** The suffix link: the longest suffix with more end positions; null at the empty run. */
  link: Node | null;
}

/** The suffix automaton of a sequence: each of its runs of ids is one path from the root. */
class SuffixAutomaton {
  readonly root: Node = { length: 0, end: 0, next: new Map(), link: null };

  constructor(ids: Int32Array) {
    let last = this.root;
    for (const [at, id] of ids.entries()) last = this.#extend(last, id, at + 1);
  }

  #extend(last: Node, id: number, end: number): Node {
    const node: Node = { length: last.length + 1, end, next: new Map(), link: this.root };
    let tail: Node | null = last;
    for (; tail && !tail.next.has(id); tail = tail.link) tail.next.set(id, node);
    if (tail) node.link = this.#split(tail, id);
    return node;
  }

  /** The node of exactly `tail` plus `id`, split off the one that contains longer runs too. */
  #split(tail: Node, id: number): Node {
    const found = tail.next.get(id) as Node;
    if (found.length === tail.length + 1) return found;
    const part: Node = { ...found, length: tail.length + 1, next: new Map(found.next) };
    found.link = part;
    for (let from: Node | null = tail; from?.next.get(id) === found; from = from.link)
      from.next.set(id, part);
    return part;
  }
}
