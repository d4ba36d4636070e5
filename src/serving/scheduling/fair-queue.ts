/** A request in a queue. */
export interface Queued {
  /** Whose request it is. */
  readonly client: string;
  /** Number of requests of other clients that entered while this one was next but did not fit. */
  overtaken: number;
}

/**
 * How many requests may enter before one that is next but does not fit yet. Then all others wait until enough is free for it.
 */
const MAX_OVERTAKEN = 16;

/** A queue that serves clients in turn, and the requests of one client in order of arrival. */
export class FairQueue<R extends Queued> {
  /** The requests of each client, in order of turns. */
  readonly #turns: Map<string, R[]> = new Map();

  /** Adds a request; a new client has the last turn. */
  push(request: R): void {
    const waiting = this.#turns.get(request.client);
    if (waiting) waiting.push(request);
    else this.#turns.set(request.client, [request]);
  }

  /** Removes a request. */
  remove(request: R): void {
    const waiting = this.#turns.get(request.client) ?? [];
    const index = waiting.indexOf(request);
    if (index >= 0) waiting.splice(index, 1);
    if (waiting.length === 0) this.#turns.delete(request.client);
  }

  /**
   * Removes and returns the next request that fits. One that does not fit blocks those of its client, and those of others once
   * enough of them have overtaken it, so that no request waits forever.
   */
  next(fits: (request: R) => boolean): R | undefined {
    let blocked: R | undefined;
    for (const [first] of this.#turns.values()) {
      if (fits(first)) {
        if (blocked) blocked.overtaken++;
        this.#take(first);
        return first;
      }
      blocked ??= first;
      if (blocked.overtaken >= MAX_OVERTAKEN) return undefined;
    }
    return undefined;
  }

  /** Takes the first request of a client, whose next turn is the last. */
  #take({ client }: R): void {
    const waiting = this.#turns.get(client) as R[];
    waiting.shift();
    this.#turns.delete(client);
    if (waiting.length > 0) this.#turns.set(client, waiting);
  }
}
