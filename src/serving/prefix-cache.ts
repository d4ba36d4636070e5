import type { State } from '../models/state/state.ts';

/** Approximate bookkeeping of an entry, in bytes. */
const OVERHEAD = 400;

interface Entry {
  readonly ids: Int32Array;
  readonly state: State;
  readonly bytes: number;
}

/**
 * States after recently read texts, so that a text with a known prefix is read from the end of the prefix.
 * States are copied in and out, never shared. Evicts the least recently used entry when the budget is
 * exceeded.
 */
export class PrefixCache {
  readonly budget: number;
  /** By the hash of their ids, in the order of use; an entry of equal hash replaces the one before. */
  readonly #entries: Map<number, Entry> = new Map();
  #bytes = 0;
  /** Since the start: lookups, hits, and the tokens of the prefixes found. */
  readonly totals: { lookups: number; hits: number; tokens: number } = { lookups: 0, hits: 0, tokens: 0 };

  /** @param budget bytes, 0 for none */
  constructor(budget: number) {
    this.budget = budget;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** The state after the longest known prefix of `ids`, without its last id. */
  longest(ids: Int32Array): { readonly length: number; readonly state: State } | null {
    this.totals.lookups++;
    const hashes = hashesOf(ids.subarray(0, -1));
    for (let length = ids.length - 1; length > 0; length--) {
      const hash = hashes[length - 1];
      const entry = this.#entries.get(hash);
      if (!entry || !equal(entry.ids, ids.subarray(0, length))) continue;
      this.#entries.delete(hash);
      this.#entries.set(hash, entry);
      this.totals.hits++;
      this.totals.tokens += length;
      return { length, state: entry.state.fork() };
    }
    return null;
  }

  /** Stores the state after `ids`, at least one; does nothing when the state exceeds the budget. */
  put(ids: Int32Array, state: State): void {
    const bytes = ids.byteLength + state.byteLength + OVERHEAD;
    if (bytes > this.budget) return;
    const hash = hashesOf(ids)[ids.length - 1];
    this.#remove(hash);
    this.#entries.set(hash, { ids: ids.slice(), state: state.fork(), bytes });
    this.#bytes += bytes;
    for (const oldest of this.#entries.keys()) {
      if (this.#bytes <= this.budget) break;
      this.#remove(oldest);
    }
  }

  #remove(hash: number): void {
    const entry = this.#entries.get(hash);
    this.#bytes -= entry?.bytes ?? 0;
    entry?.state.release();
    this.#entries.delete(hash);
  }
}

/** A 32-bit hash of each prefix of `ids`, from that of the prefix before (FNV-1a over ids). */
function hashesOf(ids: Int32Array): Uint32Array {
  const hashes = new Uint32Array(ids.length);
  let hash = 0x811c9dc5;
  for (let i = 0; i < ids.length; i++) {
    hash = Math.imul(hash ^ ids[i], 0x01000193);
    hash ^= hash >>> 15; // ids are no bytes: their high bits must reach the low ones
    hashes[i] = hash;
  }
  return hashes;
}

function equal(a: Int32Array, b: Int32Array): boolean {
  return a.length === b.length && a.every((id, i) => id === b[i]);
}
