/** A request that holds memory before it is admitted: its body is being read, or it waits. */
export interface Guest {
  /** Whose request it is. */
  readonly client: string;
  /** Whether it is in the queue. */
  readonly isQueued: boolean;
  /** Estimated memory, in bytes. */
  bytes: number;
  /** Rejects it because there are too many. */
  readonly refuse: () => void;
}

interface Amounts {
  queued: number;
  bytes: number;
}

/**
 * Limits the number and the memory of requests that are not admitted. Above a limit, the newest request of the client that uses
 * most of it is rejected, so that one client can't shut out others.
 */
export class WaitingRoom {
  readonly #limits: Readonly<Amounts>;
  readonly #guests: Map<string, Guest[]> = new Map();
  readonly #total: Amounts = { queued: 0, bytes: 0 };

  constructor(limits: Readonly<Amounts>) {
    this.#limits = limits;
  }

  /** Number of requests in the queue. */
  get queued(): number {
    return this.#total.queued;
  }

  /** Estimated memory of all requests here, in bytes. */
  get bytes(): number {
    return this.#total.bytes;
  }

  /** Adds a request. May reject it or others. */
  add(guest: Guest): void {
    const own = this.#guests.get(guest.client);
    if (own) own.push(guest);
    else this.#guests.set(guest.client, [guest]);
    this.#total.queued += Number(guest.isQueued);
    this.#total.bytes += guest.bytes;
    this.#limit(guest);
  }

  /** Adds to the memory of a request. May reject it or others. */
  grow(guest: Guest, bytes: number): void {
    guest.bytes += bytes;
    this.#total.bytes += bytes;
    this.#limit(guest);
  }

  /** Removes a request. */
  remove(guest: Guest): void {
    const own = this.#guests.get(guest.client) ?? [];
    const index = own.indexOf(guest);
    if (index < 0) return;
    own.splice(index, 1);
    if (own.length === 0) this.#guests.delete(guest.client);
    this.#total.queued -= Number(guest.isQueued);
    this.#total.bytes -= guest.bytes;
  }

  /** @param guest the request that grew or arrived: its client yields to others that use as much */
  #limit({ client }: Guest): void {
    for (const name of ['queued', 'bytes'] as const) {
      while (this.#total[name] > this.#limits[name]) {
        const newest = this.#largest(name, client).findLast((guest) => name === 'bytes' || guest.isQueued);
        if (!newest) break;
        this.remove(newest);
        newest.refuse();
      }
    }
  }

  /** The requests of the client that uses most. */
  #largest(name: keyof Amounts, client: string): readonly Guest[] {
    let largest = this.#guests.get(client) ?? [];
    let most = amountOf(largest, name);
    for (const guests of this.#guests.values()) {
      const amount = amountOf(guests, name);
      if (amount > most) [largest, most] = [guests, amount];
    }
    return largest;
  }
}

function amountOf(guests: readonly Guest[], name: keyof Amounts): number {
  return guests.reduce((sum, guest) => sum + (name === 'bytes' ? guest.bytes : Number(guest.isQueued)), 0);
}
