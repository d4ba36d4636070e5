import type { Broadcast } from './calls.ts';

/** What other tabs of the origin are told: their lists of runs or models have changed. */
export type TabMessage = Extract<Broadcast, { readonly kind: 'runs' | 'model' }>;

/** The engines of the other tabs, which share the storage. A browser without channels is taken to have one tab. */
export class OtherTabs {
  readonly #channel: BroadcastChannel | null =
    typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel('unrolled-lab');

  /** @param hear called with what another tab tells */
  constructor(hear: (message: TabMessage) => void) {
    this.#channel?.addEventListener('message', ({ data }) => hear(data));
  }

  tell(message: TabMessage): void {
    this.#channel?.postMessage(message);
  }
}
