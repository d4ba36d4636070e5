// What the check of the doc comments must find, and what it must accept. A test reads this file; no module imports it.
import { UnrolledError } from '../../src/errors.ts';

export function silent(): void {}

/** Throws by a function that it calls. */
export function throwing(): void {
  [1].forEach(() => check(0));
}

/** Catches what it calls. */
export function catching(): void {
  try {
    check(0);
  } catch {
    return;
  }
}

/**
 * Says so.
 * @throws {UnrolledError} `shape` for 0
 */
export function honest(): void {
  check(0);
}

function check(n: number): void {
  if (n === 0) throw wrongShape();
}

function wrongShape(): UnrolledError {
  return new UnrolledError('shape', 'check: got 0; it needs 1.');
}

/** Has members. */
export interface Documented {
  /** How long it takes. */
  seconds: number;
  /** How long it takes, in milliseconds. */
  delay: number;
  /** Says what it does. */
  run(): void;
  bare: string;
  event: 'step';
}

/** Inherits what it does not say. */
export class Inheriting implements Documented {
  readonly event = 'step';
  seconds = 1;
  delay = 1;
  bare = '';
  readonly #hidden = 1;

  constructor() {
    check(this.#hidden);
  }

  run(): void {}
}
