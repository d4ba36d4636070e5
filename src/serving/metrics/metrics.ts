import type { Admission } from '../scheduling/admission.ts';
import type { ServedModel } from '../served-model.ts';
import { family, type Sample } from './exposition.ts';
import { Histogram } from './histogram.ts';
import { modelFamilies } from './model-families.ts';

/** Upper bounds of the histogram buckets for request durations, in seconds. */
const BOUNDS = [0.005, 0.02, 0.1, 0.5, 2, 10, 60];

/** Metrics of the server, in the Prometheus format (https://prometheus.io/docs/instrumenting/exposition_formats/). */
export class Metrics {
  readonly #models: readonly ServedModel[];
  readonly #admission: Admission;
  /** By route and status. */
  readonly #requests: Map<string, number> = new Map();
  readonly #durations: Map<string, Histogram> = new Map();
  #dropped = 0;
  #acceptErrors = 0;

  constructor(models: readonly ServedModel[], admission: Admission) {
    this.#models = models;
    this.#admission = admission;
  }

  /** Number of completed requests. */
  get requests(): number {
    return [...this.#requests.values()].reduce((sum, count) => sum + count, 0);
  }

  /** Number of generated tokens. */
  get tokens(): number {
    return this.#models.reduce((sum, { batcher }) => sum + batcher.totals.tokens, 0);
  }

  /** Counts a completed request. @param route the route's pattern, not the requested path, so that the number of labels is bounded */
  count(route: string, status: number, seconds: number): void {
    const key = `route="${route}",status="${status}"`;
    this.#requests.set(key, (this.#requests.get(key) ?? 0) + 1);
    const durations = this.#durations.get(route) ?? new Histogram(BOUNDS);
    this.#durations.set(route, durations);
    durations.add(seconds);
  }

  /** Counts a connection that was closed because there were too many. */
  drop(): void {
    this.#dropped++;
  }

  /** Counts a connection that the system refused. */
  failToAccept(): void {
    this.#acceptErrors++;
  }

  /** All metrics as text. @param memoryBytes resident memory of the process, in bytes. Default: unknown */
  toString(memoryBytes?: number): string {
    const { streams, queued, bytes } = this.#admission;
    return [
      family('requests_total', 'counter', 'Completed requests.', this.#counts()),
      family(
        'request_seconds',
        'histogram',
        'Seconds from a request to the end of its response.',
        [...this.#durations].flatMap(([route, durations]) => durations.samples(`route="${route}"`)),
      ),
      family('connections_dropped_total', 'counter', 'Connections closed because there were too many.', [
        { value: this.#dropped },
      ]),
      family('accept_errors_total', 'counter', 'Connections that the system refused.', [
        { value: this.#acceptErrors },
      ]),
      family('streams', 'gauge', 'Active sequences.', [{ value: streams }]),
      family('queue', 'gauge', 'Requests waiting for a slot.', [{ value: queued }]),
      family('request_memory_bytes', 'gauge', 'Estimated memory of all requests, in bytes.', [
        { value: bytes },
      ]),
      ...modelFamilies(this.#models),
      memoryBytes === undefined
        ? ''
        : family('memory_bytes', 'gauge', 'Resident memory of the process, in bytes.', [
            { value: memoryBytes },
          ]),
    ].join('');
  }

  #counts(): Sample[] {
    return [...this.#requests].map(([labels, value]) => ({ labels, value }));
  }
}
