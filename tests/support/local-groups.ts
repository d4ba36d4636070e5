import type { Group, Numbers } from '../../src/distributed/group.ts';
import { addInOrder } from '../../src/distributed/ordered-sum.ts';

/** What all ranks bring to their k-th call, and what wakes them when all have come. */
interface Meeting {
  readonly brought: unknown[];
  readonly met: Promise<void>;
  open(): void;
}

/** The groups of several ranks in this process: each rank runs as a promise of its own. */
export function localGroups(size: number): Group[] {
  const meetings: Meeting[] = [];
  return Array.from({ length: size }, (_, rank) => new LocalGroup(rank, size, meetings));
}

class LocalGroup implements Group {
  readonly names: readonly string[];
  readonly lost: AbortSignal = new AbortController().signal;
  readonly rank: number;
  readonly size: number;
  readonly #meetings: Meeting[];
  #calls = 0;

  constructor(rank: number, size: number, meetings: Meeting[]) {
    this.rank = rank;
    this.size = size;
    this.names = Array.from({ length: size }, (_, other) => `rank ${other}`);
    this.#meetings = meetings;
  }

  async sum(numbers: Numbers, weights?: readonly number[]): Promise<void> {
    const parts = (await this.#meet(numbers.slice())) as Numbers[];
    addInOrder(numbers, parts, weights);
  }

  async gather(bytes: Uint8Array): Promise<readonly Uint8Array[]> {
    const all = (await this.#meet(bytes.slice())) as Uint8Array[];
    return all.map((one) => one.slice());
  }

  async broadcast(bytes: Uint8Array): Promise<Uint8Array> {
    return (await this.gather(bytes))[0];
  }

  async barrier(): Promise<void> {
    await this.#meet(null);
  }

  abort(): void {
    throw new Error('a local rank aborted');
  }

  async close(): Promise<void> {
    await this.barrier();
  }

  async #meet(own: unknown): Promise<readonly unknown[]> {
    const call = this.#calls++;
    this.#meetings[call] ??= newMeeting();
    const { brought, met, open } = this.#meetings[call];
    brought[this.rank] = own;
    if (Object.keys(brought).length === this.size) open();
    await met;
    return brought;
  }
}

function newMeeting(): Meeting {
  let open = () => {};
  const met = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { brought: [], met, open };
}
