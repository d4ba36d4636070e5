import type { IntList } from '../../../int-list.ts';
import { writeBytes } from '../../../texts/write-bytes.ts';
import { preTokenEnd } from '../pre-tokens/pre-tokens.ts';
import { SliceTable } from '../pre-tokens/slice-table.ts';
import { mergeLong } from './merge-long.ts';
import type { MergeRules } from './merge-rules.ts';
import { MOST_COMPARED, mergeShort } from './merge-short.ts';

/** Pre-tokens whose ids are kept, and the longest of them: 65,536 of up to 32 UTF-16 units are about 3 MB. */
const MOST_KEPT = 2 ** 16;
const LONGEST_KEPT = 32;

/** Texts to ids: pre-tokens one after the other, the ids of frequent ones kept. */
export class Encoder {
  readonly #rules: MergeRules;
  /** The id of each byte. */
  readonly #bytes: Int32Array;
  #ids = new Int32Array(3 * LONGEST_KEPT);
  #kept = new SliceTable();
  #keptIds = new Int32Array(2 ** 12);
  /** Where the ids of each kept pre-token begin, and where the last ones end. */
  readonly #starts = new Int32Array(MOST_KEPT + 1);

  constructor(rules: MergeRules, bytes: Int32Array) {
    this.#rules = rules;
    this.#bytes = bytes;
  }

  /** Appends the ids of the pre-token `text.slice(start, end)`. */
  append(text: string, start: number, end: number, ids: IntList): void {
    const index = end - start > LONGEST_KEPT ? -1 : this.#kept.indexOf(text, start, end);
    if (index >= 0) {
      const to = this.#starts[index + 1];
      for (let at = this.#starts[index]; at < to; at++) ids.push(this.#keptIds[at]);
      return;
    }
    const count = this.#merge(text, start, end);
    for (let at = 0; at < count; at++) ids.push(this.#ids[at]);
    if (end - start <= LONGEST_KEPT) this.#keep(text, start, end, count);
  }

  /** Appends the ids of a text. */
  appendAll(text: string, ids: IntList): void {
    for (let at = 0; at < text.length; ) {
      const end = preTokenEnd(text, at);
      this.append(text, at, end, ids);
      at = end;
    }
  }

  #merge(text: string, start: number, end: number): number {
    const most = 3 * (end - start);
    if (this.#ids.length < most) this.#ids = new Int32Array(most);
    const count = writeBytes(text, start, end, this.#ids, 0);
    for (let at = 0; at < count; at++) this.#ids[at] = this.#bytes[this.#ids[at]];
    return count > MOST_COMPARED
      ? mergeLong(this.#ids, count, this.#rules)
      : mergeShort(this.#ids, count, this.#rules);
  }

  #keep(text: string, start: number, end: number, count: number): void {
    if (this.#kept.size === MOST_KEPT) this.#kept = new SliceTable();
    const from = this.#starts[this.#kept.size];
    const index = this.#kept.add(text, start, end);
    if (from + count > this.#keptIds.length) {
      const ids = new Int32Array(2 * this.#keptIds.length);
      ids.set(this.#keptIds);
      this.#keptIds = ids;
    }
    for (let at = 0; at < count; at++) this.#keptIds[from + at] = this.#ids[at];
    this.#starts[index + 1] = from + count;
  }
}
