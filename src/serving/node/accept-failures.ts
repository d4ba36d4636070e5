import type { Metrics } from '../metrics/metrics.ts';

/** Counts the connections that the server could not accept, and reports the first of each kind. */
export class AcceptFailures {
  readonly #metrics: Metrics;
  readonly #warn: (message: string) => void;
  readonly #reported: Set<string> = new Set();

  /** @param warn receives the first failure of each kind, as a sentence */
  constructor(metrics: Metrics, warn: (message: string) => void) {
    this.#metrics = metrics;
    this.#warn = warn;
  }

  /** A connection was closed because `most` are open. */
  drop(most: number): void {
    this.#metrics.drop();
    this.#report(
      'drop',
      `${most} connections are open, so another one was closed. More are possible with a higher --max-streams, --max-queue and ulimit -n. ` +
        'Further ones are counted in unrolled_connections_dropped_total.',
    );
  }

  /** The system refused a connection, for example because too many files are open. */
  fail(error: NodeJS.ErrnoException): void {
    this.#metrics.failToAccept();
    const reason = error.code ?? error.message;
    this.#report(
      reason,
      `a connection could not be accepted: the system reports ${reason}. Check the limits of the system, such as ulimit -n. ` +
        'Further ones are counted in unrolled_accept_errors_total.',
    );
  }

  #report(kind: string, message: string): void {
    if (this.#reported.has(kind)) return;
    this.#reported.add(kind);
    this.#warn(message);
  }
}
