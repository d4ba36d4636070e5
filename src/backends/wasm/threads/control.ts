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
  argumentCount: 5,
  /** 1 after a thread failed or ended; the team computes no more. */
  failed: 6,
  /** How many threads sleep at the barrier. */
  waiting: 7,
  /** How long a thread waits for the others before it says that one of them is gone, in ms. */
  patience: 8,
  /** How many characters tell why `failed` is 1. */
  reasonLength: 9,
  /** How many pieces of the program under way are taken. */
  taken: 10,
  count: 16,
} as const;

export const MAX_ARGUMENTS = 24;
const MAX_REASON = 200;
const PATIENCE_MS = 60_000;

/** The words, the arguments of a program as float64, the reason of a failure as UTF-16. */
const REASON_START = 4 * Word.count + 8 * MAX_ARGUMENTS;
const CONTROL_BYTES = REASON_START + 2 * MAX_REASON;

export function createControl(shared: boolean, patience: number = PATIENCE_MS): ArrayBufferLike {
  const control = shared ? new SharedArrayBuffer(CONTROL_BYTES) : new ArrayBuffer(CONTROL_BYTES);
  wordsOf(control)[Word.patience] = patience;
  return control;
}

export function wordsOf(control: ArrayBufferLike): Int32Array<ArrayBufferLike> {
  return new Int32Array(control, 0, Word.count);
}

export function argumentsOf(control: ArrayBufferLike): Float64Array<ArrayBufferLike> {
  return new Float64Array(control, 4 * Word.count, MAX_ARGUMENTS);
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
export function checkWhole(words: Int32Array): void {
  if (Atomics.load(words, Word.failed) === 0) return;
  const text = new Uint16Array(words.buffer, REASON_START, words[Word.reasonLength]);
  throw new UnrolledError('thread-failed', `threads: ${String.fromCharCode(...text)}.`);
}
