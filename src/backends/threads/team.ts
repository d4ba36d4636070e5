/** The words of the control block that all threads share. */
export const Word = {
  /** Counts the programs begun; workers wait for it to change. */
  generation: 0,
  /** How many threads have arrived at the barrier. */
  arrived: 1,
  /** Counts the barriers passed. */
  phase: 2,
  /** How many workers sleep. */
  sleeping: 3,
  program: 4,
  argumentCount: 5,
  /** 1 after a program threw in any thread. */
  failed: 6,
  /** How many threads sleep at the barrier. */
  waiting: 7,
  count: 16,
} as const;

export const MAX_ARGUMENTS = 24;
/** The control words, then the arguments as float64. */
export const CONTROL_BYTES: number = 4 * Word.count + 8 * MAX_ARGUMENTS;

/** A thread that waits longer than this for the others says that one of them is gone. */
const PATIENCE_MS = 60_000;
/** About 50 µs. A thread that is later than that has lost its core, and gets one sooner if we sleep. */
const SPIN_TURNS = 20_000;

export type Share = readonly [first: number, end: number];

/** One thread's view of the threads that run a program together. */
export class Team {
  readonly index: number;
  readonly count: number;
  readonly #words: Int32Array;
  readonly #parts: number;

  /** @param parts into how many shares work is dealt out; a team of one takes them all */
  constructor(index: number, count: number, words: Int32Array, parts: number = count) {
    this.index = index;
    this.count = count;
    this.#words = words;
    this.#parts = parts;
  }

  /**
   * This thread's shares of 0 … total − 1, dealt out in multiples of `grain`: each [first, end).
   * One, or none when there is too little; for a team of one, all that a larger team would have, so
   * that a BLAS sees the same products whoever computes them.
   */
  shares(total: number, grain = 1): Share[] {
    const grains = Math.ceil(total / grain);
    const at = (part: number) => Math.min(total, Math.floor((part * grains) / this.#parts) * grain);
    const mine = this.count === 1 ? [...Array(this.#parts).keys()] : [this.index];
    return mine.map((part): Share => [at(part), at(part + 1)]).filter(([first, end]) => first < end);
  }

  /** Returns when every thread of the team has arrived; what each wrote before is then seen by all. */
  barrier(): void {
    if (this.count === 1) return;
    const words = this.#words;
    const phase = Atomics.load(words, Word.phase);
    if (Atomics.add(words, Word.arrived, 1) === this.count - 1) {
      Atomics.store(words, Word.arrived, 0);
      Atomics.add(words, Word.phase, 1);
      if (Atomics.load(words, Word.waiting) > 0) Atomics.notify(words, Word.phase);
    } else {
      awaitOthers(words, phase);
    }
    if (Atomics.load(words, Word.failed) === 1)
      throw new Error('threads: a thread failed; see the error before.');
  }
}

function awaitOthers(words: Int32Array, phase: number): void {
  for (let turn = 0; turn < SPIN_TURNS; turn++) {
    if (Atomics.load(words, Word.phase) !== phase) return;
  }
  const began = Date.now();
  while (Atomics.load(words, Word.phase) === phase && Atomics.load(words, Word.failed) === 0) {
    if (Date.now() - began > PATIENCE_MS) throw new Error('threads: a worker thread no longer answers.');
    sleep(words, phase);
  }
}

/** Sleeps until the phase changes, or for a while. The main thread of a page may not: it goes on looking. */
function sleep(words: Int32Array, phase: number): void {
  if (typeof document !== 'undefined') return;
  Atomics.add(words, Word.waiting, 1);
  Atomics.wait(words, Word.phase, phase, 100);
  Atomics.sub(words, Word.waiting, 1);
}
