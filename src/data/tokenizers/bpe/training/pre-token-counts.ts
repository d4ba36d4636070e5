import { lastSpacesStart, preTokenEnd } from '../pre-tokens/pre-tokens.ts';
import { SliceTable } from './slice-table.ts';

/**
 * How often each pre-token occurs in texts that come in chunks. Each line is a text of its own, as Python's `tokenizers` read files: a
 * blank line is the pre-token `\n`.
 */
export class PreTokenCounts {
  readonly #most: number;
  #slices = new SliceTable();
  #counts = new Float64Array(1024);
  /** The end of the last chunk, whose pre-tokens may continue in the next. */
  #rest = '';
  #pruned = 0;

  /** @param most different pre-tokens; above, the rarest are taken out */
  constructor(most: number) {
    this.#most = most;
  }

  get size(): number {
    return this.#slices.size;
  }

  /** How many pre-tokens were taken out; one that comes again is counted anew. */
  get pruned(): number {
    return this.#pruned;
  }

  push(chunk: string): void {
    const text = this.#rest + chunk;
    // A pre-token of many chunks is not read again with each of them.
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

  /** Counts what was held back: the next chunk begins another text. */
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

  /** Takes out the rarest: those of the smallest counts, until a quarter is gone. */
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
