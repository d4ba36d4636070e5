import type { Broadcast } from './calls.ts';

/** A message to the other tabs of the origin: their lists of runs or models have changed. */
export type TabMessage = Extract<Broadcast, { readonly kind: 'runs' | 'model' }>;

/** The engines of the other tabs, which share the storage. A browser without channels is taken to have one tab. */
export class OtherTabs {
  readonly #channel: BroadcastChannel | null =
    typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel('unrolled-lab');

  /** @param onMessage called with each message of another tab */
  constructor(onMessage: (message: TabMessage) => void) {
    this.#channel?.addEventListener('message', ({ data }) => onMessage(data));
  }

  send(message: TabMessage): void {
    this.#channel?.postMessage(message);
  }
}
