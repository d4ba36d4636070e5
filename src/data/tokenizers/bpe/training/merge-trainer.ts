import { writeBytes } from '../../../texts/write-bytes.ts';
import { BYTES_IN_ORDER, spellByte } from '../alphabet.ts';
import { Heap } from '../heap.ts';
import { PairTable } from '../merging/pair-table.ts';
import type { Merge } from '../pieces.ts';
import { type Candidate, isBefore } from './candidate.ts';

/**
 * Learns merges from pre-token counts: repeatedly merges the most frequent pair of pieces, ties by smaller ids. It takes the same
 * steps as `BpeTrainer` of Python's `tokenizers`, so the merges are equal.
 */
export class MergeTrainer {
  readonly pieces: string[] = BYTES_IN_ORDER.map(spellByte);
  readonly #ids: Map<string, number> = new Map(this.pieces.map((piece, id) => [piece, id]));
  /** The ids of all pre-tokens, concatenated: separate arrays would take ten times the memory. */
  #words = new Int32Array(2 ** 16);
  /** The start and the current number of ids of each pre-token. */
  readonly #starts: number[] = [];
  readonly #lengths: number[] = [];
  readonly #frequencies: number[] = [];
  readonly #pairs = new PairTable();
  readonly #counts: number[] = [];
  /** The words in which each pair has appeared since it was last pushed onto the heap. */
  readonly #fresh: Map<number, number[]> = new Map();
  readonly #heap = new Heap<Candidate>(isBefore);
  readonly #merges: Merge[] = [];

  constructor(preTokens: Iterable<readonly [preToken: string, count: number]>) {
    const idOfByte = new Int32Array(256);
    for (const [id, byte] of BYTES_IN_ORDER.entries()) idOfByte[byte] = id;
    let end = 0;
    for (const [preToken, count] of preTokens) {
      this.#reserve(end + 3 * preToken.length);
      const length = writeBytes(preToken, 0, preToken.length, this.#words, end) - end;
      if (length < 2) continue;
      for (let at = end; at < end + length; at++) this.#words[at] = idOfByte[this.#words[at]];
      this.#addWord(end, length, count);
      end += length;
    }
    this.#offerFresh();
  }

  /** The merges so far. A pair that was merged twice is listed at its last merge. */
  get merges(): Merge[] {
    const last = new Map<string, Merge>();
    for (const merge of this.#merges) {
      const key = merge.join(' ');
      last.delete(key);
      last.set(key, merge);
    }
    return [...last.values()];
  }

  /** Makes the next merge; returns false if no pair occurs `least` times. */
  step(least: number): boolean {
    for (;;) {
      const top = this.#heap.pop();
      if (top === undefined) return false;
      const count = this.#counts[top.pair];
      if (top.count === count) return count >= Math.max(1, least) && this.#merge(top);
      this.#heap.push({ ...top, count });
    }
  }

  #reserve(length: number): void {
    if (length <= this.#words.length) return;
    const words = new Int32Array(Math.max(length, 2 * this.#words.length));
    words.set(this.#words);
    this.#words = words;
  }

  #addWord(start: number, length: number, frequency: number): void {
    const word = this.#starts.push(start) - 1;
    this.#lengths.push(length);
    this.#frequencies.push(frequency);
    const ids = this.#words;
    for (let at = start + 1; at < start + length; at++) this.#change(ids[at - 1], ids[at], 1, word);
  }

  #merge({ left, right, words }: Candidate): true {
    const [a, b] = [this.pieces[left], this.pieces[right]];
    let id = this.#ids.get(a + b);
    if (id === undefined) {
      id = this.pieces.push(a + b) - 1;
      this.#ids.set(a + b, id);
    }
    this.#merges.push([a, b]);
    for (const word of words) this.#mergeIn(word, left, right, id);
    this.#offerFresh();
    return true;
  }

  #mergeIn(word: number, left: number, right: number, id: number): void {
    const ids = this.#words;
    const start = this.#starts[word];
    const end = start + this.#lengths[word];
    let to = start;
    for (let at = start; at < end; at++, to++) {
      if (ids[at] !== left || at + 1 >= end || ids[at + 1] !== right) {
        ids[to] = ids[at];
        continue;
      }
      if (to > start) {
        this.#change(ids[to - 1], left, -1, word);
        this.#change(ids[to - 1], id, 1, word);
      }
      ids[to] = id;
      at++;
      if (at + 1 < end) {
        this.#change(right, ids[at + 1], -1, word);
        this.#change(id, ids[at + 1], 1, word);
      }
    }
    this.#lengths[word] = to - start;
  }

  #change(left: number, right: number, by: 1 | -1, word: number): void {
    const pair = this.#pairs.add(left, right);
    this.#counts[pair] = (this.#counts[pair] ?? 0) + by * this.#frequencies[word];
    if (by < 0) return;
    const words = this.#fresh.get(pair);
    if (words === undefined) this.#fresh.set(pair, [word]);
    else if (words[words.length - 1] !== word) words.push(word);
  }

  #offerFresh(): void {
    for (const [pair, words] of this.#fresh) {
      const count = this.#counts[pair];
      const [left, right] = [this.#pairs.left(pair), this.#pairs.right(pair)];
      if (count > 0) this.#heap.push({ pair, left, right, count, words });
    }
    this.#fresh.clear();
  }
}
