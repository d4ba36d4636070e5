import { UnrolledError } from '../../errors.ts';
import { checkNumbers, described } from '../../kinds.ts';
import type { Span } from './longest-run.ts';
import { type Node, SuffixAutomaton, TextReader } from './suffix-automaton.ts';

/** Where the runs of a node occur in the text; ends are exclusive. */
interface Found {
  /** The length of the longest run found. */
  length: number;
  /** The first end of a run of that length. */
  end: number;
  /** The first end of a run of any length. */
  firstEnd: number;
}

/**
 * Finds every maximal run of ids in `output`, of at least `least` ids, that also occurs in `text`: no longer run that contains it
 * does. Runs come in the order of `output` and may overlap; each has its first index in `text`. Ids below 0 match nothing.
 *
 * Reads the text once through a suffix automaton of the output: O(text + output·log(output)) time and O(output) memory.
 * @param least the minimum length of a run, in ids
 * @throws {UnrolledError} code `option-value` when a sequence is not an array of numbers or `least` is not a positive integer
 */
export function verbatimRuns(output: Int32Array, text: Int32Array, least: number): Span[] {
  const search = new VerbatimSearch(output);
  search.read(text);
  return search.runs(least);
}

/** `verbatimRuns` for a text that is read in parts, such as between two turns of an event loop. */
export class VerbatimSearch {
  readonly #automaton: SuffixAutomaton;
  readonly #reader: TextReader;
  readonly #found: Map<Node, Found> = new Map();
  #at = 0;

  /**
   * Prepares the search for runs of `output`.
   * @throws {UnrolledError} code `option-value` when `output` is not an array of numbers
   */
  constructor(output: Int32Array) {
    checkNumbers('verbatimRuns', 'output', output);
    this.#automaton = new SuffixAutomaton(output);
    this.#reader = new TextReader(this.#automaton);
  }

  /**
   * Reads the next ids of the text.
   * @throws {UnrolledError} code `option-value` when `text` is not an array of numbers
   */
  read(text: Int32Array): void {
    checkNumbers('verbatimRuns', 'text', text);
    for (let i = 0; i < text.length; i++) {
      this.#reader.read(text[i]);
      this.#at++;
      const { node, length } = this.#reader;
      if (length > 0) this.#add(node, length, this.#at, this.#at);
    }
  }

  /**
   * The maximal runs found in the text read so far.
   * @param least the minimum length of a run, in ids
   * @throws {UnrolledError} code `option-value` unless `least` is a positive integer
   */
  runs(least: number): Span[] {
    if (!(Number.isSafeInteger(least) && least > 0)) {
      throw new UnrolledError(
        'option-value',
        `verbatimRuns: least is ${described(least)}; it must be a positive integer.`,
      );
    }
    this.#addSuffixes();
    const { prefixes } = this.#automaton;
    const longest = this.#longestBefore();
    const runs: Span[] = [];
    for (const [i, { length, end }] of longest.entries()) {
      const isMaximal = i + 1 === prefixes.length || longest[i + 1].length <= length;
      if (length < least || !isMaximal) continue;
      runs.push({ length, inOutput: i + 1 - length, inText: end - length });
    }
    return runs;
  }

  #add(node: Node, length: number, end: number, firstEnd: number): void {
    const found = this.#found.get(node);
    if (!found) {
      this.#found.set(node, { length, end, firstEnd });
      return;
    }
    if (length > found.length || (length === found.length && end < found.end)) {
      found.length = length;
      found.end = end;
    }
    found.firstEnd = Math.min(found.firstEnd, firstEnd);
  }

  /** Where a run occurs, its suffixes do too. */
  #addSuffixes(): void {
    const nodes = new Set<Node>();
    for (const start of this.#found.keys()) {
      for (let node: Node | null = start; node?.link && !nodes.has(node); node = node.link) nodes.add(node);
    }
    // Longer runs first: each node is complete when its suffix is added.
    for (const node of [...nodes].sort((a, b) => b.length - a.length)) {
      const { firstEnd } = this.#found.get(node) as Found;
      if (node.link?.link) this.#add(node.link, node.link.length, firstEnd, firstEnd);
    }
  }

  /** The longest run found that ends at each index of the output, inclusive. */
  #longestBefore(): { readonly length: number; readonly end: number }[] {
    const nearest = new Map<Node, Found | null>();
    const none = { length: 0, end: 0 };
    return this.#automaton.prefixes.map((prefix) => {
      const path: Node[] = [];
      let node: Node | null = prefix;
      while (node?.link && !nearest.has(node) && !this.#found.has(node)) {
        path.push(node);
        node = node.link;
      }
      const found = node ? (this.#found.get(node) ?? nearest.get(node) ?? null) : null;
      for (const passed of path) nearest.set(passed, found);
      return found ?? none;
    });
  }
}
