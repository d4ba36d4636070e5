import { type Numbers, shardOf } from '../group.ts';
import { addInOrder } from '../ordered-sum.ts';
import type { MpiLibrary } from './library.ts';

/** The largest part of an array in one call: MPI counts bytes in 32 bits. */
const MAX_BYTES = 2 ** 28;

/** A call of all ranks that is under way: it yields while it waits for others. */
export type Collective<T> = Generator<void, T, void>;

/** The collective calls of a group, as nonblocking calls of MPI. One is under way at a time. */
export class Collectives {
  readonly rank: number;
  readonly size: number;
  readonly #mpi: MpiLibrary;
  /** Of the call under way: a request, a flag, and R counts and displacements to send and to receive. */
  readonly #request = new Float64Array(new SharedArrayBuffer(8));
  readonly #flag = new Int32Array(new SharedArrayBuffer(4));
  readonly #lists: Record<'counts' | 'at' | 'toCounts' | 'toAt', Int32Array>;
  #scratch = new SharedArrayBuffer(0);

  /** @param mpi an initialised library */
  constructor(mpi: MpiLibrary) {
    this.#mpi = mpi;
    mpi.rank(mpi.addressOf(this.#flag));
    this.rank = this.#flag[0];
    mpi.size(mpi.addressOf(this.#flag));
    this.size = this.#flag[0];
    const list = () => new Int32Array(new SharedArrayBuffer(4 * this.size));
    this.#lists = { counts: list(), at: list(), toCounts: list(), toAt: list() };
  }

  /** Sums an array in shared memory in place: each rank adds one part of it, in the order of the ranks. @param weights of each rank */
  *sum(numbers: Numbers, weights?: readonly number[]): Collective<void> {
    const most = MAX_BYTES / numbers.BYTES_PER_ELEMENT;
    for (let start = 0; start < numbers.length; start += most) {
      yield* this.#sumOnce(numbers.subarray(start, start + most), weights);
    }
  }

  *#sumOnce(numbers: Numbers, weights?: readonly number[]): Collective<void> {
    const { counts, at, toCounts, toAt } = this.#lists;
    const width = numbers.BYTES_PER_ELEMENT;
    for (let rank = 0; rank < this.size; rank++) {
      const { first, count } = shardOf(numbers.length, { rank, size: this.size });
      [at[rank], counts[rank]] = [first * width, count * width];
    }
    const bytes = counts[this.rank];
    toCounts.fill(bytes);
    toAt.forEach((_, rank) => {
      toAt[rank] = rank * bytes;
    });
    const scratch = this.#scratchOf(this.size * bytes);
    const all = (this.size * bytes) / width;
    const received = width === 4 ? new Float32Array(scratch, 0, all) : new Float64Array(scratch, 0, all);
    const [whole, parts] = [this.#mpi.addressOf(numbers), this.#mpi.addressOf(received)];
    const [sent, sentAt, got, gotAt] = [counts, at, toCounts, toAt].map(this.#mpi.addressOf);
    this.#mpi.ialltoallv(whole, sent, sentAt, parts, got, gotAt, this.#requestAt);
    yield* this.#completion();
    const count = bytes / width;
    const each = Array.from(counts, (_, rank) => received.subarray(rank * count, (rank + 1) * count));
    addInOrder(each[0], each, weights);
    this.#mpi.iallgatherv(parts, bytes, whole, sent, sentAt, this.#requestAt);
    yield* this.#completion();
  }

  /** The bytes of all ranks. */
  *gather(bytes: Uint8Array): Collective<Uint8Array[]> {
    const { counts, at } = this.#lists;
    const own = new Int32Array(new SharedArrayBuffer(4)).fill(bytes.length);
    counts.fill(4);
    at.forEach((_, rank) => {
      at[rank] = 4 * rank;
    });
    const lengths = new Int32Array(new SharedArrayBuffer(4 * this.size));
    yield* this.#allgather(own, lengths);
    counts.set(lengths);
    let end = 0;
    lengths.forEach((length, rank) => {
      at[rank] = end;
      end += length;
    });
    const all = new Uint8Array(new SharedArrayBuffer(end));
    yield* this.#allgather(bytes, all);
    return Array.from(lengths, (length, rank) => all.subarray(at[rank], at[rank] + length));
  }

  *#allgather(own: Int32Array | Uint8Array, all: Int32Array | Uint8Array): Collective<void> {
    const [counts, at] = [this.#lists.counts, this.#lists.at].map(this.#mpi.addressOf);
    const [from, to] = [own, all].map(this.#mpi.addressOf);
    this.#mpi.iallgatherv(from, own.byteLength, to, counts, at, this.#requestAt);
    yield* this.#completion();
  }

  /** The bytes of rank 0. */
  *broadcast(bytes: Uint8Array): Collective<Uint8Array> {
    const length = new Float64Array(new SharedArrayBuffer(8)).fill(bytes.length);
    this.#mpi.ibcast(this.#mpi.addressOf(length), 8, 0, this.#requestAt);
    yield* this.#completion();
    const all = this.rank === 0 ? bytes : new Uint8Array(new SharedArrayBuffer(length[0]));
    for (let start = 0; start < all.length; start += MAX_BYTES) {
      const count = Math.min(MAX_BYTES, all.length - start);
      this.#mpi.ibcast(this.#mpi.addressOf(all) + start, count, 0, this.#requestAt);
      yield* this.#completion();
    }
    return all;
  }

  *barrier(): Collective<void> {
    this.#mpi.ibarrier(this.#requestAt);
    yield* this.#completion();
  }

  *#completion(): Collective<void> {
    for (;;) {
      this.#mpi.test(this.#requestAt, this.#mpi.addressOf(this.#flag));
      if (this.#flag[0] !== 0) return;
      yield;
    }
  }

  get #requestAt(): number {
    return this.#mpi.addressOf(this.#request);
  }

  /** Memory for the parts of the other ranks, kept from call to call. */
  #scratchOf(bytes: number): SharedArrayBuffer {
    if (this.#scratch.byteLength < bytes) this.#scratch = new SharedArrayBuffer(bytes);
    return this.#scratch;
  }
}
