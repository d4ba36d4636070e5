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

  /** Only what another rank computed is copied: the own part is added where it is. */
  *#sumOnce(numbers: Numbers, weights?: readonly number[]): Collective<void> {
    const { counts, at, toCounts, toAt } = this.#lists;
    const width = numbers.BYTES_PER_ELEMENT;
    const shards = Array.from(counts, (_, rank) => shardOf(numbers.length, { rank, size: this.size }));
    const own = shards[this.rank];
    const received = this.#scratchOf(numbers, (this.size - 1) * own.count);
    const parts = shards.map((_, rank) => {
      if (rank === this.rank) return numbers.subarray(own.first, own.first + own.count);
      const place = rank < this.rank ? rank : rank - 1;
      return received.subarray(place * own.count, (place + 1) * own.count);
    });
    for (const [rank, { first, count }] of shards.entries()) {
      const isOwn = rank === this.rank;
      [at[rank], counts[rank]] = [first * width, isOwn ? 0 : count * width];
      [toAt[rank], toCounts[rank]] = isOwn
        ? [0, 0]
        : [parts[rank].byteOffset - received.byteOffset, own.count * width];
    }
    const [whole, others] = [this.#mpi.addressOf(numbers), this.#mpi.addressOf(received)];
    const [sent, sentAt, got, gotAt] = [counts, at, toCounts, toAt].map(this.#mpi.addressOf);
    this.#mpi.ialltoallv(whole, sent, sentAt, others, got, gotAt, this.#requestAt);
    yield* this.#completion();
    addInOrder(parts[this.rank], parts, weights);
    counts[this.rank] = own.count * width;
    this.#mpi.iallgathervInPlace(whole, sent, sentAt, this.#requestAt);
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

  /** Memory for the parts of the other ranks, kept from call to call: `count` numbers of the kind of an array. */
  #scratchOf(kind: Numbers, count: number): Numbers {
    const bytes = count * kind.BYTES_PER_ELEMENT;
    if (this.#scratch.byteLength < bytes) this.#scratch = new SharedArrayBuffer(bytes);
    return kind instanceof Float64Array
      ? new Float64Array(this.#scratch, 0, count)
      : new Float32Array(this.#scratch, 0, count);
  }
}
