/** A state of the automaton: the runs of ids with the same end positions. */
export interface Node {
  /** The length of the longest run. */
  readonly length: number;
  /** The first end position, exclusive. */
  readonly end: number;
  readonly next: Map<number, Node>;
  /** The suffix link: the longest suffix with more end positions; null at the empty run. */
  link: Node | null;
}

/** The suffix automaton of a sequence (Blumer et al. 1985): each of its runs of ids is one path from the root. */
export class SuffixAutomaton {
  readonly root: Node = { length: 0, end: 0, next: new Map(), link: null };
  /** The nodes of its prefixes, from that of length 1 on. */
  readonly prefixes: readonly Node[];

  constructor(ids: Int32Array) {
    let last = this.root;
    this.prefixes = Array.from(ids, (id, at) => {
      last = this.#extend(last, id, at + 1);
      return last;
    });
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

/** Reads a text through an automaton: `length` is that of the longest run of the sequence that ends at the last id read. */
export class TextReader {
  /** The node of that run. */
  node: Node;
  length: number = 0;
  readonly #root: Node;

  constructor({ root }: SuffixAutomaton) {
    this.node = root;
    this.#root = root;
  }

  /** Reads one id; an id below 0 matches nothing. */
  read(id: number): void {
    if (id < 0) this.node = this.#root;
    while (this.node !== this.#root && !this.node.next.has(id)) this.node = this.node.link as Node;
    this.length = Math.min(this.length, this.node.length);
    const next = id < 0 ? undefined : this.node.next.get(id);
    if (!next) return;
    this.node = next;
    this.length++;
  }
}
