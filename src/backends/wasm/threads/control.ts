import { UnrolledError } from '../../../errors.ts';

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
  /** 1 after a thread failed or ended; the team computes no more. */
  failed: 5,
  /** How many threads sleep at the barrier. */
  waiting: 6,
  /** How long a thread waits for the others before it says that one of them is gone, in ms. */
  timeout: 7,
  /** How many characters tell why `failed` is 1. */
  reasonLength: 8,
  /** How many pieces of the current program are taken. */
  taken: 9,
  count: 16,
} as const;

const MAX_REASON = 200;
const TIMEOUT_MS = 60_000;

/** The words, the reason of a failure as UTF-16, the arguments of a program as float64. */
const REASON_START = 4 * Word.count;
const ARGUMENTS_START = REASON_START + 2 * MAX_REASON;

/** @param slots as many numbers as the arguments of any program take */
export function createControl(shared: boolean, slots: number, timeout: number = TIMEOUT_MS): ArrayBufferLike {
  const bytes = ARGUMENTS_START + 8 * slots;
  const control = shared ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes);
  wordsOf(control)[Word.timeout] = timeout;
  return control;
}

export function wordsOf(control: ArrayBufferLike): Int32Array<ArrayBufferLike> {
  return new Int32Array(control, 0, Word.count);
}

export function argumentsOf(control: ArrayBufferLike): Float64Array<ArrayBufferLike> {
  return new Float64Array(control, ARGUMENTS_START);
}

/** Tells all threads that the team is broken, and why; the first reason stays. */
export function fail(words: Int32Array, reason: string): void {
  if (Atomics.load(words, Word.failed) === 1) return;
  const text = new Uint16Array(words.buffer, REASON_START, MAX_REASON);
  for (let i = 0; i < Math.min(reason.length, MAX_REASON); i++) text[i] = reason.charCodeAt(i);
  words[Word.reasonLength] = Math.min(reason.length, MAX_REASON);
  Atomics.store(words, Word.failed, 1);
  Atomics.notify(words, Word.phase);
}

/** @throws the reason, after a thread failed */
export function checkNotFailed(words: Int32Array): void {
  if (Atomics.load(words, Word.failed) === 0) return;
  const text = new Uint16Array(words.buffer, REASON_START, words[Word.reasonLength]);
  throw new UnrolledError('thread-failed', `threads: ${String.fromCharCode(...text)}.`);
}
