import type { Admission } from './admission.ts';
import type { ServedModel } from './served-model.ts';

/** Upper bounds of the buckets of a request's duration, in seconds. */
const BOUNDS = [0.005, 0.02, 0.1, 0.5, 2, 10, 60];

interface Durations {
  readonly counts: number[];
  sum: number;
  total: number;
}

/** What the server counts, as Prometheus reads it (https://prometheus.io/docs/instrumenting/exposition_formats/). */
export class Metrics {
  readonly #models: readonly ServedModel[];
  readonly #admission: Admission;
  /** By route and status. */
  readonly #requests: Map<string, number> = new Map();
  readonly #durations: Map<string, Durations> = new Map();

  constructor(models: readonly ServedModel[], admission: Admission) {
    this.#models = models;
    this.#admission = admission;
  }

  /** All requests that have ended. */
  get requests(): number {
    return [...this.#requests.values()].reduce((sum, count) => sum + count, 0);
  }

  /** All tokens that were written. */
  get tokens(): number {
    return this.#models.reduce((sum, { batcher }) => sum + batcher.totals.tokens, 0);
  }

  /** A request has ended. @param route a pattern, never a path that a client made up: their number is bounded */
  count(route: string, status: number, seconds: number): void {
    const key = `route="${route}",status="${status}"`;
    this.#requests.set(key, (this.#requests.get(key) ?? 0) + 1);
    const durations = this.#durations.get(route) ?? { counts: BOUNDS.map(() => 0), sum: 0, total: 0 };
    this.#durations.set(route, durations);
    for (const [i, bound] of BOUNDS.entries()) if (seconds <= bound) durations.counts[i]++;
    durations.sum += seconds;
    durations.total++;
  }

  toString(): string {
    const { streams, queued } = this.#admission;
    return [
      family('requests_total', 'counter', 'Requests that have ended.', [...this.#requests]),
      family('request_seconds', 'histogram', 'From a request to the end of its answer.', this.#histogram()),
      family('streams', 'gauge', 'Texts under way.', [['', streams]]),
      family('queue', 'gauge', 'Requests that wait for a place.', [['', queued]]),
      ...this.#ofModels(),
      family('memory_bytes', 'gauge', 'Resident memory of the process.', [['', process.memoryUsage.rss()]]),
    ].join('');
  }

  #ofModels(): string[] {
    const each = (
      name: string,
      type: 'counter' | 'gauge',
      help: string,
      value: (model: ServedModel) => number,
    ) =>
      family(
        name,
        type,
        help,
        this.#models.map((model) => [`model="${escaped(model.id)}"`, value(model)]),
      );
    return [
      each('tokens_total', 'counter', 'Tokens that were written.', ({ batcher }) => batcher.totals.tokens),
      each(
        'steps_total',
        'counter',
        'Steps of the model that wrote them.',
        ({ batcher }) => batcher.totals.steps,
      ),
      each(
        'busy_seconds_total',
        'counter',
        'Spent in steps and prompts.',
        ({ batcher }) => batcher.totals.seconds,
      ),
      each('cache_bytes', 'gauge', 'Of the states of prompts.', ({ cache }) => cache.bytes),
      each('cache_entries', 'gauge', 'States of prompts.', ({ cache }) => cache.size),
      each('cache_lookups_total', 'counter', 'Prompts looked up.', ({ cache }) => cache.totals.lookups),
      each(
        'cache_hits_total',
        'counter',
        'Prompts whose beginning was known.',
        ({ cache }) => cache.totals.hits,
      ),
      each(
        'cache_tokens_total',
        'counter',
        'Tokens that were not read again.',
        ({ cache }) => cache.totals.tokens,
      ),
    ];
  }

  #histogram(): [string, number][] {
    return [...this.#durations].flatMap(([route, { counts, sum, total }]) => {
      const label = `route="${route}"`;
      const buckets = counts.map((count, i): [string, number] => [
        `bucket ${label},le="${BOUNDS[i]}"`,
        count,
      ]);
      return [
        ...buckets,
        [`bucket ${label},le="+Inf"`, total],
        [`sum ${label}`, sum],
        [`count ${label}`, total],
      ];
    });
  }
}

/** Samples by their labels; of a histogram, by the suffix of the name and the labels behind a space. */
function family(
  name: string,
  type: string,
  help: string,
  samples: readonly (readonly [string, number])[],
): string {
  const full = `unrolled_${name}`;
  const lines = samples.map(([labels, value]) => {
    const [, suffix, rest] = /^(?:(bucket|sum|count) )?(.*)$/s.exec(labels)!;
    return `${full}${suffix ? `_${suffix}` : ''}${rest ? `{${rest}}` : ''} ${value}\n`;
  });
  return `# HELP ${full} ${help}\n# TYPE ${full} ${type}\n${lines.join('')}`;
}

function escaped(label: string): string {
  return label.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
