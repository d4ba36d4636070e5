import type { MpiLibrary } from './library.ts';

/** How often each rank sends a sign of life, in milliseconds. */
const INTERVAL = 1000;
const TAG = 77;

/**
 * Signs of life between all ranks, so that one that is stopped or cut off is noticed and named. They come from the thread of MPI, so a
 * rank that computes for minutes is alive.
 */
export class Heartbeat {
  readonly #mpi: MpiLibrary;
  readonly #others: readonly number[];
  /** When each rank was last heard, and how many signs it has sent. */
  readonly #heard: Float64Array;
  readonly #received: Int32Array;
  /** The requests of signs on their way, 8 bytes each. */
  #pending: Float64Array[] = [];
  readonly #flag = new Int32Array(new SharedArrayBuffer(4));
  readonly #sign = new Uint8Array(new SharedArrayBuffer(1));
  #last: number;
  #sent = 0;

  constructor(
    mpi: MpiLibrary,
    { rank, size }: { readonly rank: number; readonly size: number },
    now: number,
  ) {
    this.#mpi = mpi;
    this.#others = Array.from({ length: size }, (_, other) => other).filter((other) => other !== rank);
    this.#heard = new Float64Array(size).fill(now);
    this.#received = new Int32Array(size);
    this.#last = now;
  }

  /** How many signs this rank has sent to each other rank. */
  get sent(): number {
    return this.#sent;
  }

  /** Sends and receives what is due. Cheap: call it often. */
  beat(now: number): void {
    const since = now - this.#last;
    if (since < INTERVAL) return;
    this.#last = now;
    // After a stop of this process, what the others sent meanwhile is still unread.
    if (since > 5 * INTERVAL) this.#heard.fill(now);
    this.#sent += 1;
    this.#pending = this.#pending.filter((request) => !this.#isSent(request));
    for (const other of this.#others) {
      const request = new Float64Array(new SharedArrayBuffer(8));
      this.#mpi.isend(this.#mpi.addressOf(this.#sign), 1, other, TAG, this.#mpi.addressOf(request));
      this.#pending.push(request);
      this.#receiveFrom(other, now);
    }
  }

  /** The other rank that has been silent for the longest time. */
  longestSilent(now: number): { readonly rank: number; readonly seconds: number } {
    const silence = (rank: number) => (now - this.#heard[rank]) / 1000;
    const all = this.#others.map((rank) => ({ rank, seconds: silence(rank) }));
    return all.reduce((a, b) => (b.seconds > a.seconds ? b : a), { rank: 0, seconds: 0 });
  }

  /** Whether all signs have been sent and received, before the end. @param sent how many each rank has sent */
  isSettled(sent: readonly number[], now: number): boolean {
    this.#pending = this.#pending.filter((request) => !this.#isSent(request));
    for (const other of this.#others) this.#receiveFrom(other, now);
    return this.#pending.length === 0 && this.#others.every((other) => this.#received[other] >= sent[other]);
  }

  #receiveFrom(other: number, now: number): void {
    const [flag, sign] = [this.#mpi.addressOf(this.#flag), this.#mpi.addressOf(this.#sign)];
    for (;;) {
      this.#mpi.iprobe(other, TAG, flag);
      if (this.#flag[0] === 0) return;
      this.#mpi.receive(sign, 1, other, TAG);
      this.#received[other] += 1;
      this.#heard[other] = now;
    }
  }

  #isSent(request: Float64Array): boolean {
    this.#mpi.test(this.#mpi.addressOf(request), this.#mpi.addressOf(this.#flag));
    return this.#flag[0] !== 0;
  }
}
