import type { State } from '../../models/state/state.ts';

/** Objects of an entry, in bytes: its arrays and its state, which the garbage collector watches, and its places in the maps. */
const OVERHEAD = 800;
/** The table of states grows by half, so a third of it may be unused. */
const STATE_GROWTH = 4 / 3;

interface Entry {
  readonly scope: string;
  readonly hash: number;
  readonly ids: Int32Array;
  readonly state: State;
  readonly bytes: number;
}

/**
 * Caches the states after recent texts, so that a text with a cached prefix is read from the end of the prefix. States are
 * copied in and out, never shared. An entry is found only in its scope. Evicts the least recently used entries of all scopes above
 * the budget.
 */
export class PrefixCache {
  /** Maximum size, in bytes. */
  readonly budget: number;
  /** The entries of each scope by the hash of their ids; an entry replaces one of its scope with an equal hash. */
  readonly #scopes: Map<string, Map<number, Entry>> = new Map();
  /** All entries, in order of use. */
  readonly #entries: Set<Entry> = new Set();
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

  /** The state after the longest cached prefix of `ids`, excluding the last id, in a scope; null if there is none. */
  longest(ids: Int32Array, scope: string): { readonly length: number; readonly state: State } | null {
    this.totals.lookups++;
    const entries = this.#scopes.get(scope);
    if (!entries) return null;
    const hashes = hashesOf(ids.subarray(0, -1));
    for (let length = ids.length - 1; length > 0; length--) {
      const entry = entries.get(hashes[length - 1]);
      if (!entry || !equal(entry.ids, ids.subarray(0, length))) continue;
      this.#entries.delete(entry);
      this.#entries.add(entry);
      this.totals.hits++;
      this.totals.tokens += length;
      return { length, state: entry.state.fork() };
    }
    return null;
  }

  /** Stores the state after `ids` (at least one) in a scope, unless it exceeds the budget. */
  put(ids: Int32Array, state: State, scope: string): void {
    const bytes = ids.byteLength + Math.ceil(STATE_GROWTH * state.byteLength) + 2 * scope.length + OVERHEAD;
    if (bytes > this.budget) return;
    const hash = hashesOf(ids)[ids.length - 1];
    const replaced = this.#scopes.get(scope)?.get(hash);
    if (replaced) this.#remove(replaced);
    this.#add({ scope, hash, ids: ids.slice(), state: state.fork(), bytes });
    for (const oldest of this.#entries) {
      if (this.#bytes <= this.budget) break;
      this.#remove(oldest);
    }
  }

  #add(entry: Entry): void {
    const entries = this.#scopes.get(entry.scope) ?? new Map<number, Entry>();
    this.#scopes.set(entry.scope, entries.set(entry.hash, entry));
    this.#entries.add(entry);
    this.#bytes += entry.bytes;
  }

  #remove(entry: Entry): void {
    const entries = this.#scopes.get(entry.scope);
    entries?.delete(entry.hash);
    if (entries?.size === 0) this.#scopes.delete(entry.scope);
    this.#entries.delete(entry);
    this.#bytes -= entry.bytes;
    entry.state.release();
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
