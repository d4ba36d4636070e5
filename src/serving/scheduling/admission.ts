import { ApiError } from '../api-error.ts';
import type { Limits } from '../limits.ts';
import type { CancelSignal } from './request-signal.ts';

type Capacity = Pick<Limits, 'streams' | 'queue'>;

interface Waiting {
  readonly slots: number;
  readonly enter: () => void;
}

/** Admits requests, first come first served, while there are free slots for their sequences. */
export class Admission {
  readonly #limits: Capacity;
  #taken = 0;
  #waiting: Waiting[] = [];
  #closed = false;

  constructor(limits: Capacity) {
    this.#limits = limits;
  }

  /** How many sequences are active. */
  get streams(): number {
    return this.#taken;
  }

  /** How many requests wait. */
  get queued(): number {
    return this.#waiting.length;
  }

  /** Whether new requests are taken. */
  get isOpen(): boolean {
    return !this.#closed;
  }

  /** From now on only requests that wait already are admitted. */
  close(): void {
    this.#closed = true;
  }

  /** Throws the 503 of a server that is about to stop. */
  checkOpen(): void {
    if (!this.#closed) return;
    throw new ApiError(503, 'stopping', 'The server is stopping; it takes no new requests. Try another one.');
  }

  /**
   * Waits until `slots` slots are free and takes them.
   * @returns the function that frees them, to be called once
   * @throws ApiError for more slots than there are and when too many requests wait, and the signal's reason
   * when aborted
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

  /** Requests don't overtake the first in the queue, so that one for many slots is admitted too. */
  #admit(): void {
    while (this.#waiting.length > 0 && this.#taken + this.#waiting[0].slots <= this.#limits.streams) {
      this.#waiting.shift()?.enter();
    }
  }
}

/** Throws for more slots than there are. */
export function checkSlots(slots: number, { streams }: Pick<Limits, 'streams'>): void {
  if (slots <= streams) return;
  throw new ApiError(
    400,
    'too_many_choices',
    `The request asks for ${slots} completions; the limit is ${streams}. Ask for fewer prompts or choices.`,
    { param: 'n' },
  );
}

function full(queue: number): ApiError {
  return new ApiError(429, 'queue_full', `${queue} requests are waiting already. Try again in a moment.`, {
    headers: { 'retry-after': '1' },
  });
}
