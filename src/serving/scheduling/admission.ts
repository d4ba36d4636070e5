import { ApiError } from '../api-error.ts';
import type { Limits } from '../limits.ts';
import { FairQueue, type Queued } from './fair-queue.ts';
import type { CancelSignal } from './request-signal.ts';
import { type Guest, WaitingRoom } from './waiting-room.ts';

type Capacity = Pick<Limits, 'streams' | 'queue' | 'memoryBytes'>;

/** Share of the memory for requests that are not admitted: their bodies are being read, or they wait. */
const WAITING_SHARE = 0.25;

/** What a request needs, beside slots. */
export interface Demand {
  /** Whose request it is. Default: one client for all. */
  readonly client?: string | undefined;
  /** Estimated memory once it is admitted, in bytes. Default 0. */
  readonly bytes?: number;
  /** Estimated memory while it waits, in bytes. Default 0. */
  readonly waitingBytes?: number;
}

/** A request whose body is being read. */
export interface Reading {
  /** Counts bytes of the body. */
  grow(bytes: number): void;
  /** Ends the reading. */
  end(): void;
}

interface Waiting extends Queued {
  readonly slots: number;
  readonly bytes: number;
  readonly enter: () => void;
}

/** Admits requests while there are free slots for their sequences and memory for their answers; clients take turns. */
export class Admission {
  readonly #limits: Capacity;
  readonly #memory: { readonly admitted: number; readonly waiting: number };
  readonly #queue: FairQueue<Waiting> = new FairQueue();
  readonly #room: WaitingRoom;
  #slots = 0;
  #bytes = 0;
  #closed = false;

  constructor(limits: Capacity) {
    const { queue: queued, memoryBytes } = limits;
    const waiting = WAITING_SHARE * memoryBytes;
    this.#limits = limits;
    this.#memory = { admitted: memoryBytes - waiting, waiting };
    this.#room = new WaitingRoom({ queued, bytes: waiting });
  }

  /** Number of active sequences. */
  get streams(): number {
    return this.#slots;
  }

  /** Number of waiting requests. */
  get queued(): number {
    return this.#room.queued;
  }

  /** Estimated memory of all requests, in bytes. */
  get bytes(): number {
    return this.#bytes + this.#room.bytes;
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
   * Begins to read the body of a request.
   * @param refuse called when the bodies and waiting requests use too much memory
   */
  read(client: string, refuse: (error: ApiError) => void): Reading {
    const guest: Guest = { client, isQueued: false, bytes: 0, refuse: () => refuse(this.#full()) };
    this.#room.add(guest);
    return {
      grow: (bytes) => this.#room.grow(guest, bytes),
      end: () => this.#room.remove(guest),
    };
  }

  /**
   * Waits until `slots` slots and the memory are free, and takes them.
   * @returns a function that frees them, to be called once
   * @throws ApiError when the request needs more than exists or the queue is full, and the signal's reason when it is aborted
   */
  async enter(slots: number, signal: CancelSignal, demand: Demand = {}): Promise<() => void> {
    const { client = '', bytes = 0, waitingBytes = 0 } = demand;
    this.checkOpen();
    checkSlots(slots, this.#limits);
    checkMemory(bytes, this.#memory.admitted);
    if (signal.aborted) throw signal.reason;
    await this.#wait({ client, slots, bytes, overtaken: 0 }, waitingBytes, signal);
    return () => {
      this.#slots -= slots;
      this.#bytes -= bytes;
      this.#admit();
    };
  }

  #wait(request: Omit<Waiting, 'enter'>, waitingBytes: number, signal: CancelSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      let hasEntered = false;
      const end = () => {
        signal.removeEventListener('abort', abort);
        this.#room.remove(guest);
      };
      const leave = (reason: unknown) => {
        end();
        this.#queue.remove(waiting);
        reject(reason);
        this.#admit();
      };
      const abort = () => leave(signal.reason);
      const enter = () => {
        hasEntered = true;
        end();
        resolve();
      };
      const waiting = { ...request, enter };
      const refuse = () => leave(this.#full());
      const guest: Guest = { client: request.client, isQueued: true, bytes: waitingBytes, refuse };
      this.#queue.push(waiting);
      this.#admit();
      if (hasEntered) return;
      signal.addEventListener('abort', abort);
      this.#room.add(guest);
    });
  }

  #admit(): void {
    const fits = ({ slots, bytes }: Waiting) => {
      return this.#slots + slots <= this.#limits.streams && this.#bytes + bytes <= this.#memory.admitted;
    };
    for (let next = this.#queue.next(fits); next; next = this.#queue.next(fits)) {
      this.#slots += next.slots;
      this.#bytes += next.bytes;
      next.enter();
    }
  }

  #full(): ApiError {
    const [used, most] = [this.#room.bytes, this.#memory.waiting].map(megabytes);
    return new ApiError(
      429,
      'queue_full',
      `The queue is full: ${this.queued} requests wait (limit ${this.#limits.queue}), requests that are not admitted use ` +
        `${used} MB (limit ${most}). Try again later.`,
      { headers: { 'retry-after': '1' } },
    );
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

/** Throws for more memory than exists. */
function checkMemory(bytes: number, most: number): void {
  if (bytes <= most) return;
  throw new ApiError(
    400,
    'answer_too_large',
    `The request may need ${megabytes(bytes)} MB of memory; the limit is ${megabytes(most)} MB (--memory-mb). Request fewer or ` +
      'shorter completions, or fewer probabilities.',
  );
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}
