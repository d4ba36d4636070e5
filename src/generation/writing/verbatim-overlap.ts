import { checkNumbers } from '../../kinds.ts';

/** Where a run of tokens stands in both: the same `length` ids from `inOutput` and from `inText` on. */
export interface Span {
  /** The length of the run, in tokens. */
  readonly length: number;
  /** The index of its first token in the output. */
  readonly inOutput: number;
  /** The index of its first token in the text. */
  readonly inText: number;
}

/**
 * The longest run of `output` that stands in `text` as it is, of equals the one that comes first in
 * `text`. Ids of `text` below 0 match nothing.
 *
 * A suffix automaton (Blumer et al. 1985) of the output reads the text once: time and memory grow with
 * the lengths, O(text + output) and O(output).
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

/** Runs of ids that end at the same places. */
interface Node {
  /** Of the longest of them. */
  readonly length: number;
  /** Behind the first of these places. */
  readonly end: number;
  readonly next: Map<number, Node>;
  /** The longest of the runs' tails that end at more places; null at the empty run. */
  link: Node | null;
}

/** Each run of ids of a sequence is one path from the root. */
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

  /** The node of exactly `tail` and `id`, parted from the one that holds longer runs too. */
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
