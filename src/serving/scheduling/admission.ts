import { ApiError } from '../api-error.ts';
import type { Limits } from '../limits.ts';
import type { CancelSignal } from './request-signal.ts';

type Capacity = Pick<Limits, 'streams' | 'queue'>;

interface Waiting {
  readonly slots: number;
  readonly enter: () => void;
}

/** Admits requests in order of arrival while there are free slots for their sequences. */
export class Admission {
  readonly #limits: Capacity;
  #taken = 0;
  #waiting: Waiting[] = [];
  #closed = false;

  constructor(limits: Capacity) {
    this.#limits = limits;
  }

  /** Number of active sequences. */
  get streams(): number {
    return this.#taken;
  }

  /** Number of waiting requests. */
  get queued(): number {
    return this.#waiting.length;
  }

  /** Whether new requests are accepted. */
  get isOpen(): boolean {
    return !this.#closed;
  }

  /** Rejects new requests from now on; waiting ones are still admitted. */
  close(): void {
    this.#closed = true;
  }

  /** Throws a 503 after `close`. */
  checkOpen(): void {
    if (this.#closed) throw stopping();
  }

  /**
   * Waits until `slots` slots are free and takes them.
   * @returns a function that frees them, to be called once
   * @throws ApiError when the request needs more slots than exist or the queue is full, and the signal's reason when it is
   * aborted
   */
  async enter(slots: number, signal: CancelSignal): Promise<() => void> {
    this.checkOpen();
    const { streams, queue } = this.#limits;
    checkSlots(slots, this.#limits);
    if (this.#waiting.length > 0 || this.#taken + slots > streams) {
      if (this.#waiting.length >= queue) throw full(queue);
      await this.#wait(slots, signal);
    } else this.#taken += slots;
    return () => {
      this.#taken -= slots;
      this.#admit();
    };
  }

  #wait(slots: number, signal: CancelSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.#waiting = this.#waiting.filter((one) => one !== waiting);
        this.#admit();
        reject(signal.reason);
      };
      const enter = () => {
        signal.removeEventListener('abort', leave);
        this.#taken += slots;
        resolve();
      };
      const waiting = { slots, enter };
      if (signal.aborted) reject(signal.reason);
      else {
        this.#waiting.push(waiting);
        signal.addEventListener('abort', leave);
      }
    });
  }

  /** Strictly first in, first out, so that a request for many slots doesn't starve. */
  #admit(): void {
    while (this.#waiting.length > 0 && this.#taken + this.#waiting[0].slots <= this.#limits.streams) {
      this.#waiting.shift()?.enter();
    }
  }
}

/** Throws for more slots than exist. */
export function checkSlots(slots: number, { streams }: Pick<Limits, 'streams'>): void {
  if (slots <= streams) return;
  throw new ApiError(
    400,
    'too_many_choices',
    `The request needs ${slots} completions; the limit is ${streams}. Send fewer prompts or choices.`,
    { param: 'n' },
  );
}

/** The error of a request that arrives after `close`. */
export function stopping(): ApiError {
  return new ApiError(
    503,
    'stopping',
    'The server is shutting down and accepts no new requests. Try another server.',
  );
}

function full(queue: number): ApiError {
  return new ApiError(
    429,
    'queue_full',
    `The queue is full with ${queue} waiting requests. Try again later.`,
    {
      headers: { 'retry-after': '1' },
    },
  );
}
