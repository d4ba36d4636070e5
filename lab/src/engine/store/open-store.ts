import { MemoryStore } from 'unrolled/recipe';
import type { EngineFacts } from '../calls.ts';
import { IndexedDBStore } from './indexeddb-store.ts';
import { OpfsStore } from './opfs-store.ts';
import { OverflowStore } from './overflow-store.ts';

interface Opened {
  readonly store: OverflowStore;
  /** Null: runs are lost when the page is closed. */
  readonly kind: EngineFacts['storage'];
}

/** The best storage of this browser. */
export async function openStore(): Promise<Opened> {
  try {
    return { store: new OverflowStore(await OpfsStore.open()), kind: 'opfs' };
  } catch {
    // A browser without it, or a private window.
  }
  try {
    return { store: new OverflowStore(await IndexedDBStore.open()), kind: 'indexeddb' };
  } catch {
    return { store: new OverflowStore(new MemoryStore()), kind: null };
  }
}
