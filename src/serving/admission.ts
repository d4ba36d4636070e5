import { ApiError } from './api-error.ts';
import type { Limits } from './limits.ts';

interface Waiting {
  readonly places: number;
  readonly enter: () => void;
}

/** Lets requests in, first come first served, as long as their texts find a place. */
export class Admission {
  readonly #limits: Pick<Limits, 'streams' | 'queue'>;
  #taken = 0;
  #waiting: Waiting[] = [];
  #closed = false;

  constructor(limits: Pick<Limits, 'streams' | 'queue'>) {
    this.#limits = limits;
  }

  /** How many texts are under way. */
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

  /** From now on nobody is let in who does not wait already. */
  close(): void {
    this.#closed = true;
  }

  /** Throws the 503 of a server that is about to stop. */
  checkOpen(): void {
    if (!this.#closed) return;
    throw new ApiError(503, 'stopping', 'The server is stopping; it takes no new requests. Try another one.');
  }

  /**
   * Waits until so many places are free and takes them.
   * @returns what gives them back, to be called once
   * @throws ApiError when that can't be or too many wait, and the signal's reason when it is aborted
   */
  async enter(places: number, signal: AbortSignal): Promise<() => void> {
    this.checkOpen();
    const { streams, queue } = this.#limits;
    checkPlaces(places, this.#limits);
    if (this.#waiting.length > 0 || this.#taken + places > streams) {
      if (this.#waiting.length >= queue) throw full(queue);
      await this.#wait(places, signal);
    } else this.#taken += places;
    return () => {
      this.#taken -= places;
      this.#admit();
    };
  }

  #wait(places: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.#waiting = this.#waiting.filter((one) => one !== waiting);
        this.#admit();
        reject(signal.reason);
      };
      const enter = () => {
        signal.removeEventListener('abort', leave);
        this.#taken += places;
        resolve();
      };
      const waiting = { places, enter };
      if (signal.aborted) reject(signal.reason);
      else {
        this.#waiting.push(waiting);
        signal.addEventListener('abort', leave);
      }
    });
  }

  /** Nobody overtakes the first in the queue, so that a request of many texts gets in too. */
  #admit(): void {
    while (this.#waiting.length > 0 && this.#taken + this.#waiting[0].places <= this.#limits.streams) {
      this.#waiting.shift()?.enter();
    }
  }
}

/** Throws for more places than there are. */
export function checkPlaces(places: number, { streams }: Pick<Limits, 'streams'>): void {
  if (places <= streams) return;
  throw new ApiError(
    400,
    'too_many_choices',
    `The request asks for ${places} texts; this server writes ${streams} at once. Ask for fewer prompts or choices.`,
    { param: 'n' },
  );
}

function full(queue: number): ApiError {
  return new ApiError(429, 'queue_full', `${queue} requests wait already; try again in a moment.`, {
    headers: { 'retry-after': '1' },
  });
}
