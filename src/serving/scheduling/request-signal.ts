/** What of an AbortSignal is needed here. */
export interface CancelSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/**
 * The signal of one request, to which each of its sequences listens. It is aborted with the caller's signal, or when one
 * of the sequences fails. It is no AbortSignal because Node reports one with more than ten listeners as a leak.
 */
export class RequestSignal implements CancelSignal {
  readonly #caller: CancelSignal | undefined;
  readonly #listeners: Set<() => void> = new Set();
  readonly #forward: () => void = () => this.abort(this.#caller?.reason);
  #aborted = false;
  #reason: unknown = undefined;

  /** @param caller aborts this one too, until `close` */
  constructor(caller?: CancelSignal) {
    this.#caller = caller;
    if (caller?.aborted) this.#forward();
    else caller?.addEventListener('abort', this.#forward);
  }

  get aborted(): boolean {
    return this.#aborted;
  }

  get reason(): unknown {
    return this.#reason;
  }

  /** Calls the listeners, once. */
  abort(reason: unknown): void {
    if (this.#aborted) return;
    this.#aborted = true;
    this.#reason = reason;
    for (const listener of [...this.#listeners]) listener();
    this.#listeners.clear();
  }

  /** The request has ended: the caller's signal is left alone. */
  close(): void {
    this.#caller?.removeEventListener('abort', this.#forward);
  }

  addEventListener(_: 'abort', listener: () => void): void {
    this.#listeners.add(listener);
  }

  removeEventListener(_: 'abort', listener: () => void): void {
    this.#listeners.delete(listener);
  }
}
