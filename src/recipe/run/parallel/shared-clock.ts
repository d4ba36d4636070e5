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
    const own = Float64Array.of(this.#now() - this.#began);
    const bytes = await this.#group.broadcast(new Uint8Array(own.buffer));
    [this.#time] = new Float64Array(bytes.slice().buffer);
  }
}
