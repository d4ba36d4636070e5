import type { Arguments, Fields } from '../codec.ts';
import type { Engine } from '../engine.ts';
import type { Program } from '../program.ts';
import { programList } from '../programs/list.ts';
import { argumentsOf, checkNotFailed, fail, Word, wordsOf } from './control.ts';
import type { Worker } from './start.ts';
import { Team } from './team.ts';

/** A worker later than this plus half of the work's time has lost its core to another process. In ms. */
const LATE_MS = 0.3;
/**
 * How long the caller then works alone, in ms: two threads on one core are slower than one. The time doubles each time that
 * a worker is late again soon after.
 */
const ALONE_MS = { min: 1, max: 50 };

/**
 * Fork and join over shared memory: the caller is thread 0 of the team, the workers are the others.
 *
 * After each program, workers spin for about a millisecond and then sleep. Within a training step a fork is one store that
 * spinning workers see at once; outside it a fork wakes them.
 */
export class Pool {
  readonly #engine: Engine;
  readonly #team: Team;
  /** The caller alone, for work that is too small to share. */
  readonly #single: Team;
  /** The caller alone, computing the shares of the whole team. */
  readonly #substitute: Team;
  readonly #words: Int32Array;
  readonly #numbers: Float64Array;
  readonly #workers: readonly Worker[];
  #aloneUntil = 0;
  #aloneFor = 0;

  /** @param workers already started; none for a pool of the calling thread alone */
  constructor(engine: Engine, control: ArrayBufferLike, workers: readonly Worker[]) {
    const count = workers.length + 1;
    this.#engine = engine;
    this.#words = wordsOf(control);
    this.#numbers = argumentsOf(control);
    const hasEnded = () => workers.some((worker) => worker.hasEnded?.());
    this.#team = new Team(0, count, this.#words, count, hasEnded);
    this.#single = new Team(0, 1, this.#words);
    this.#substitute = new Team(0, 1, this.#words, count);
    this.#workers = workers;
  }

  get threads(): number {
    return this.#team.count;
  }

  /** Runs a program on this thread only. */
  runAlone<F extends Fields>(program: Program<F>, args: Arguments<F>): void {
    this.#words[Word.taken] = 0;
    program.run(this.#engine, this.#single, args);
  }

  /**
   * Runs a program on all threads, or on the caller alone after a worker was late; returns when all have finished.
   * @throws {UnrolledError} code `thread-failed` if a thread failed or ended, in this program or before
   */
  run<F extends Fields>(program: Program<F>, args: Arguments<F>): void {
    const began = performance.now();
    if (this.#team.count > 1) checkNotFailed(this.#words);
    this.#words[Word.taken] = 0;
    if (this.#team.count === 1 || began < this.#aloneUntil) {
      program.run(this.#engine, this.#substitute, args);
      return;
    }
    this.#fork(program, args);
    const finished = performance.now();
    this.#team.barrier();
    const joined = performance.now();
    if (joined - finished > LATE_MS + (finished - began) / 2) this.#workAlone(joined);
  }

  close(): void {
    fail(this.#words, 'the backend was closed; open another one');
    for (const worker of this.#workers) worker.terminate();
  }

  #workAlone(now: number): void {
    const again = now - this.#aloneUntil < 2 * this.#aloneFor;
    this.#aloneFor = again ? Math.min(2 * this.#aloneFor, ALONE_MS.max) : ALONE_MS.min;
    this.#aloneUntil = now + this.#aloneFor;
  }

  /** Starts the program on the workers and does the caller's share. */
  #fork<F extends Fields>(program: Program<F>, args: Arguments<F>): void {
    const words = this.#words;
    program.codec.pack(args, this.#numbers, 0);
    words[Word.program] = programList.indexOf(program);
    Atomics.add(words, Word.generation, 1);
    if (Atomics.load(words, Word.sleeping) > 0) Atomics.notify(words, Word.generation);
    try {
      program.run(this.#engine, this.#team, args);
    } catch (error) {
      fail(this.#words, `the calling thread failed: ${error}`);
      throw error;
    }
  }
}
