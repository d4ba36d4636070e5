import { broadcastJson } from '../../../distributed/agreement.ts';
import type { Group } from '../../../distributed/group.ts';

/** A clock that shows the time of rank 0 on all ranks, so that they decide alike. It moves only when they synchronise. */
export class SharedClock {
  readonly #group: Group;
  readonly #now: () => number;
  readonly #began: number;
  #time = 0;

  /** @param now the clock of this process, in milliseconds */
  constructor(group: Group, now: () => number) {
    this.#group = group;
    this.#now = now;
    this.#began = now();
  }

  /** The time since the beginning, in milliseconds. */
  readonly now = (): number => this.#time;

  /** Moves the clock to the time of rank 0. All ranks must call it. */
  async synchronise(): Promise<void> {
    this.#time = await broadcastJson(this.#group, this.#now() - this.#began);
  }
}
