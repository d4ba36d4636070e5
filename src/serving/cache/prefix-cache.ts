import type { State } from '../../models/state/state.ts';

/** Approximate overhead per entry, in bytes. */
const OVERHEAD = 400;

interface Entry {
  readonly ids: Int32Array;
  readonly state: State;
  readonly bytes: number;
}

/**
 * Caches the states after recent texts, so that a text with a cached prefix is read from the end of the prefix. States are
 * copied in and out, never shared. Evicts the least recently used entries above the budget.
 */
export class PrefixCache {
  /** Maximum size, in bytes. */
  readonly budget: number;
  /** By the hash of their ids, in order of use; an entry replaces one with an equal hash. */
  readonly #entries: Map<number, Entry> = new Map();
  #bytes = 0;
  /** Totals since the start: lookups, hits, and tokens in the prefixes found. */
  readonly totals: { lookups: number; hits: number; tokens: number } = { lookups: 0, hits: 0, tokens: 0 };

  /** @param budget maximum size, in bytes; 0 turns the cache off */
  constructor(budget: number) {
    this.budget = budget;
  }

  /** Current size, in bytes. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Number of entries. */
  get size(): number {
    return this.#entries.size;
  }

  /** The state after the longest cached prefix of `ids`, excluding the last id; null if there is none. */
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

  /** Stores the state after `ids` (at least one), unless it exceeds the budget. */
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

/** A 32-bit hash of each prefix of `ids` (FNV-1a over ids). */
function hashesOf(ids: Int32Array): Uint32Array {
  const hashes = new Uint32Array(ids.length);
  let hash = 0x811c9dc5;
  for (let i = 0; i < ids.length; i++) {
    hash = Math.imul(hash ^ ids[i], 0x01000193);
    hash ^= hash >>> 15; // ids exceed a byte: mix the high bits into the low ones
    hashes[i] = hash;
  }
  return hashes;
}

function equal(a: Int32Array, b: Int32Array): boolean {
  return a.length === b.length && a.every((id, i) => id === b[i]);
}
