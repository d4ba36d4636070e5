import { checkNotFailed, fail, Word } from './control.ts';

/** About 50 µs. A thread that is later has probably lost its core, and gets one sooner if we sleep. */
const SPIN_ITERATIONS = 20_000;
const SLEEP_MS = 100;
/** The number of pieces per thread, if the work is large enough. */
const PIECES = 4;

/** A range of work: `first` is included, `end` is not. */
export type Share = readonly [first: number, end: number];

/** The threads that run a program together, as seen by one of them. */
export class Team {
  readonly index: number;
  readonly count: number;
  readonly #words: Int32Array;
  readonly #parts: number;
  readonly #hasEnded: () => boolean;

  /**
   * @param parts the number of shares that work is divided into; a team of one takes them all
   * @param hasEnded whether another thread has ended; polled during a long wait
   */
  constructor(
    index: number,
    count: number,
    words: Int32Array,
    parts: number = count,
    hasEnded: () => boolean = () => false,
  ) {
    this.index = index;
    this.count = count;
    this.#words = words;
    this.#parts = parts;
    this.#hasEnded = hasEnded;
  }

  /**
   * This thread's shares of 0 … total − 1, in multiples of `grain`: one, or none if there is too little work. A team of one
   * gets all the shares of a larger team, so that a BLAS computes the same products.
   */
  shares(total: number, grain = 1): Share[] {
    const mine = this.count === 1 ? [...Array(this.#parts).keys()] : [this.index];
    return mine.map((part) => shareOf(part, this.#parts, total, grain)).filter(([first, end]) => first < end);
  }

  /**
   * Like `shares`, but in smaller pieces that the threads take dynamically, so that a thread that loses its core delays the
   * others by at most one piece of size `least`. At most one call per program. The pieces depend only on the sizes and
   * the number of threads.
   */
  *pieces(total: number, least: number, grain = 1): Generator<Share, void> {
    const most = Math.max(this.#parts, Math.floor(total / least));
    const count = Math.min(this.#parts * PIECES, most);
    const take = () => Atomics.add(this.#words, Word.taken, 1);
    for (let piece = take(); piece < count; piece = take()) {
      const share = shareOf(piece, count, total, grain);
      if (share[0] < share[1]) yield share;
    }
  }

  /**
   * Distributes 0 … total − 1: each thread gets the same number of items, each with a team of its own, this thread alone. Those
   * that are left over are for all threads together: every thread gets them, in order, with this team.
   */
  *items(total: number): Generator<readonly [item: number, team: Team], void> {
    const even = total - (total % this.#parts);
    const alone = this.#parts === 1 ? this : new Team(0, 1, this.#words);
    for (const [first, end] of this.shares(even)) {
      for (let item = first; item < end; item++) yield [item, alone];
    }
    for (let item = even; item < total; item++) yield [item, this];
  }

  /** Whether the work of this team is that of one thread, whatever threads there are. */
  get isSingle(): boolean {
    return this.#parts === 1;
  }

  /**
   * Waits until every thread of the team has arrived. All earlier writes are then visible to all threads.
   * @throws {UnrolledError} code `thread-failed` if a thread failed, ended or does not arrive in time
   */
  barrier(): void {
    if (this.count === 1) return;
    const words = this.#words;
    const phase = Atomics.load(words, Word.phase);
    if (Atomics.add(words, Word.arrived, 1) === this.count - 1) {
      Atomics.store(words, Word.arrived, 0);
      Atomics.add(words, Word.phase, 1);
      if (Atomics.load(words, Word.waiting) > 0) Atomics.notify(words, Word.phase);
    } else {
      awaitOthers(words, phase, this.#hasEnded);
    }
    checkNotFailed(words);
  }
}

/** Share `part` of `parts` of 0 … total − 1, in multiples of `grain`. */
function shareOf(part: number, parts: number, total: number, grain: number): Share {
  const grains = Math.ceil(total / grain);
  const at = (index: number) => Math.min(total, Math.floor((index * grains) / parts) * grain);
  return [at(part), at(part + 1)];
}

function awaitOthers(words: Int32Array, phase: number, hasEnded: () => boolean): void {
  for (let turn = 0; turn < SPIN_ITERATIONS; turn++) {
    if (Atomics.load(words, Word.phase) !== phase) return;
  }
  let [waited, last] = [0, Date.now()];
  while (Atomics.load(words, Word.phase) === phase && Atomics.load(words, Word.failed) === 0) {
    const now = Date.now();
    // Time during which the machine is suspended hardly counts.
    waited += Math.min(now - last, 2 * SLEEP_MS);
    last = now;
    if (waited > words[Word.timeout]) fail(words, 'a worker thread no longer answers');
    else if (sleep(words, phase) === 'timed-out' && hasEnded()) {
      fail(words, 'a worker thread ended in the middle of its work');
    }
  }
}

/** Sleeps until the phase changes, at most SLEEP_MS. The main thread of a page may not block: it returns at once. */
function sleep(words: Int32Array, phase: number): ReturnType<typeof Atomics.wait> | null {
  if (typeof document !== 'undefined') return null;
  Atomics.add(words, Word.waiting, 1);
  const outcome = Atomics.wait(words, Word.phase, phase, SLEEP_MS);
  Atomics.sub(words, Word.waiting, 1);
  return outcome;
}
