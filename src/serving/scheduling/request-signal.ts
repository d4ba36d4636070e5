/** The members of AbortSignal that are used here. */
export interface CancelSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/**
 * The signal of one request, shared by its sequences. It is aborted by the caller's signal, or when one of the sequences
 * fails. It is not an AbortSignal because Node warns of a leak above ten listeners.
 */
export class RequestSignal implements CancelSignal {
  readonly #caller: CancelSignal | undefined;
  readonly #listeners: Set<() => void> = new Set();
  readonly #forward: () => void = () => this.abort(this.#caller?.reason);
  #aborted = false;
  #reason: unknown = undefined;

  /** @param caller a signal that aborts this one too, until `close` */
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

  /** Detaches from the caller's signal; called when the request ends. */
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
