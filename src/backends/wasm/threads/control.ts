import { UnrolledError } from '../../../errors.ts';

/** The words of the control block that all threads share. */
export const Word = {
  /** Counts the started programs; workers wait for it to change. */
  generation: 0,
  /** The number of threads at the barrier. */
  arrived: 1,
  /** Counts the barriers passed. */
  phase: 2,
  /** The number of sleeping workers. */
  sleeping: 3,
  /** The index of the current program. */
  program: 4,
  /** 1 after a thread failed or ended; the team can't be used any more. */
  failed: 5,
  /** The number of threads that sleep at the barrier. */
  waiting: 6,
  /** How long a thread waits for the others at a barrier before it reports a failure, in ms. */
  timeout: 7,
  /** The length of the failure reason, in UTF-16 units. */
  reasonLength: 8,
  /** The number of pieces of the current program that threads have taken. */
  taken: 9,
  count: 16,
} as const;

const MAX_REASON = 200;
const TIMEOUT_MS = 60_000;

/** The layout: the words, the failure reason as UTF-16, the arguments of a program as float64. */
const REASON_START = 4 * Word.count;
const ARGUMENTS_START = REASON_START + 2 * MAX_REASON;

/** @param slots the maximum size of a program's arguments, in numbers. @param timeout in ms */
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

/** Marks the team as failed, with a reason, for all threads; the first reason is kept. */
export function fail(words: Int32Array, reason: string): void {
  if (Atomics.load(words, Word.failed) === 1) return;
  const text = new Uint16Array(words.buffer, REASON_START, MAX_REASON);
  for (let i = 0; i < Math.min(reason.length, MAX_REASON); i++) text[i] = reason.charCodeAt(i);
  words[Word.reasonLength] = Math.min(reason.length, MAX_REASON);
  Atomics.store(words, Word.failed, 1);
  Atomics.notify(words, Word.phase);
}

/** @throws {UnrolledError} code `thread-failed` with the reason, after a thread failed */
export function checkNotFailed(words: Int32Array): void {
  if (Atomics.load(words, Word.failed) === 0) return;
  const text = new Uint16Array(words.buffer, REASON_START, words[Word.reasonLength]);
  throw new UnrolledError('thread-failed', `threads: ${String.fromCharCode(...text)}.`);
}
