import { checkNotFailed, fail, Word } from './control.ts';

/** About 50 µs. A thread that is later than that has lost its core, and gets one sooner if we sleep. */
const SPIN_ITERATIONS = 20_000;
const SLEEP_MS = 100;
/** Pieces per thread, where the work is long enough. */
const PIECES = 4;

export type Share = readonly [first: number, end: number];

/** One thread's view of the threads that run a program together. */
export class Team {
  readonly index: number;
  readonly count: number;
  readonly #words: Int32Array;
  readonly #parts: number;
  readonly #hasEnded: () => boolean;

  /**
   * @param parts into how many shares work is dealt out; a team of one takes them all
   * @param hasEnded whether another thread has ended; asked now and then in a long wait
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
   * This thread's shares of 0 … total − 1, dealt out in multiples of `grain`: each [first, end).
   * One, or none when there is too little; for a team of one, all that a larger team would have, so
   * that a BLAS sees the same products whoever computes them.
   */
  shares(total: number, grain = 1): Share[] {
    const mine = this.count === 1 ? [...Array(this.#parts).keys()] : [this.index];
    return mine.map((part) => shareOf(part, this.#parts, total, grain)).filter(([first, end]) => first < end);
  }

  /**
   * Like `shares`, but smaller pieces that the threads take one by one: a thread that lost its core for a
   * while delays the others by one piece of `least` at most. One call a program. The pieces depend only on
   * the sizes and the number of threads, as with `shares`.
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
   * Returns when every thread of the team has arrived; what each wrote before is then seen by all.
   * @throws when one of them failed, ended, or does not come
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
  const at = (place: number) => Math.min(total, Math.floor((place * grains) / parts) * grain);
  return [at(part), at(part + 1)];
}

function awaitOthers(words: Int32Array, phase: number, hasEnded: () => boolean): void {
  for (let turn = 0; turn < SPIN_ITERATIONS; turn++) {
    if (Atomics.load(words, Word.phase) !== phase) return;
  }
  let [waited, last] = [0, Date.now()];
  while (Atomics.load(words, Word.phase) === phase && Atomics.load(words, Word.failed) === 0) {
    const now = Date.now();
    // Of the hours in which a closed laptop sleeps, hardly any count.
    waited += Math.min(now - last, 2 * SLEEP_MS);
    last = now;
    if (waited > words[Word.timeout]) fail(words, 'a worker thread no longer answers');
    else if (sleep(words, phase) === 'timed-out' && hasEnded()) {
      fail(words, 'a worker thread ended in the middle of its work');
    }
  }
}

/** Sleeps until the phase changes, or for a while. The main thread of a page must not block: it spins. */
function sleep(words: Int32Array, phase: number): ReturnType<typeof Atomics.wait> | null {
  if (typeof document !== 'undefined') return null;
  Atomics.add(words, Word.waiting, 1);
  const outcome = Atomics.wait(words, Word.phase, phase, SLEEP_MS);
  Atomics.sub(words, Word.waiting, 1);
  return outcome;
}
