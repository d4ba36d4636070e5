import { lastSpacesStart, preTokenEnd } from '../pre-tokens/pre-tokens.ts';
import { SliceTable } from './slice-table.ts';

/**
 * Counts the pre-tokens of texts that come in chunks. Each line is a separate text, as in Python's `tokenizers`: a
 * blank line is the pre-token `\n`.
 */
export class PreTokenCounts {
  readonly #most: number;
  #slices = new SliceTable();
  #counts = new Float64Array(1024);
  /** The end of the last chunk, whose pre-tokens may continue in the next chunk. */
  #rest = '';
  #pruned = 0;

  /** @param most maximum number of distinct pre-tokens; beyond it the rarest are pruned */
  constructor(most: number) {
    this.#most = most;
  }

  get size(): number {
    return this.#slices.size;
  }

  /** Number of pruned pre-tokens. One that occurs again is counted from 0. */
  get pruned(): number {
    return this.#pruned;
  }

  push(chunk: string): void {
    const text = this.#rest + chunk;
    // Avoids rereading a pre-token of many chunks with each chunk.
    if (this.#rest.length > chunk.length && text.length < 2 * this.#read) {
      this.#rest = text;
      return;
    }
    const lines = text.lastIndexOf('\n') + 1;
    this.#count(text, 0, lines);
    const end = lines + lastSpacesStart(text.slice(lines));
    this.#count(text, lines, end);
    this.#rest = text.slice(end);
    this.#read = this.#rest.length;
  }
  #read = 0;

  /** Ends the text; the next chunk begins another one. */
  end(): void {
    this.#count(this.#rest, 0, this.#rest.length);
    this.#rest = '';
    this.#read = 0;
  }

  *entries(): Iterable<[preToken: string, count: number]> {
    for (let i = 0; i < this.size; i++) yield [this.#slices.sliceAt(i), this.#counts[i]];
  }

  #count(text: string, from: number, to: number): void {
    for (let at = from; at < to; ) {
      const line = text.indexOf('\n', at) + 1;
      const lineEnd = line === 0 || line > to ? to : line;
      while (at < lineEnd) {
        const end = preTokenEnd(text, at, lineEnd);
        this.#add(text, at, end);
        at = end;
      }
    }
  }

  #add(text: string, start: number, end: number): void {
    const index = this.#slices.add(text, start, end);
    if (index >= this.#counts.length) {
      const counts = new Float64Array(2 * index);
      counts.set(this.#counts);
      this.#counts = counts;
    }
    this.#counts[index]++;
    if (this.size > this.#most) this.#prune();
  }

  /** Prunes at least a quarter of the pre-tokens, those with the smallest counts. */
  #prune(): void {
    const sorted = this.#counts.slice(0, this.size).sort();
    const least = sorted[this.size >> 2];
    const [slices, counts] = [this.#slices, this.#counts];
    this.#slices = new SliceTable();
    this.#counts = new Float64Array(counts.length);
    for (let i = 0; i < slices.size; i++) {
      if (counts[i] <= least) continue;
      const slice = slices.sliceAt(i);
      this.#counts[this.#slices.add(slice, 0, slice.length)] = counts[i];
    }
    this.#pruned += slices.size - this.size;
  }
}
