import type { Admission } from './scheduling/admission.ts';
import type { ServedModel } from './served-model.ts';

/** Upper bounds of the histogram buckets for request durations, in seconds. */
const BOUNDS = [0.005, 0.02, 0.1, 0.5, 2, 10, 60];

type Type = 'counter' | 'gauge' | 'histogram';

interface Sample {
  readonly suffix?: string;
  /** The part between the braces. */
  readonly labels?: string;
  readonly value: number;
}

interface Durations {
  readonly counts: number[];
  sum: number;
  total: number;
}

/** Metrics of the server, in the Prometheus format (https://prometheus.io/docs/instrumenting/exposition_formats/). */
export class Metrics {
  readonly #models: readonly ServedModel[];
  readonly #admission: Admission;
  /** By route and status. */
  readonly #requests: Map<string, number> = new Map();
  readonly #durations: Map<string, Durations> = new Map();
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
    const durations = this.#durations.get(route) ?? { counts: BOUNDS.map(() => 0), sum: 0, total: 0 };
    this.#durations.set(route, durations);
    for (const [i, bound] of BOUNDS.entries()) if (seconds <= bound) durations.counts[i]++;
    durations.sum += seconds;
    durations.total++;
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
    const { streams, queued } = this.#admission;
    return [
      family('requests_total', 'counter', 'Completed requests.', this.#counts()),
      family(
        'request_seconds',
        'histogram',
        'Seconds from a request to the end of its response.',
        this.#histogram(),
      ),
      family('connections_dropped_total', 'counter', 'Connections closed because there were too many.', [
        { value: this.#dropped },
      ]),
      family('accept_errors_total', 'counter', 'Connections that the system refused.', [
        { value: this.#acceptErrors },
      ]),
      family('streams', 'gauge', 'Active sequences.', [{ value: streams }]),
      family('queue', 'gauge', 'Requests waiting for a slot.', [{ value: queued }]),
      ...this.#ofModels(),
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

  #ofModels(): string[] {
    const each = (name: string, type: Type, help: string, value: (model: ServedModel) => number) => {
      const samples = this.#models.map((model) => {
        return { labels: `model="${escaped(model.id)}"`, value: value(model) };
      });
      return family(name, type, help, samples);
    };
    return [
      each('tokens_total', 'counter', 'Generated tokens.', ({ batcher }) => batcher.totals.tokens),
      each(
        'steps_total',
        'counter',
        'Steps of the model that generated tokens.',
        ({ batcher }) => batcher.totals.steps,
      ),
      each(
        'busy_seconds_total',
        'counter',
        'Seconds spent on steps and prompts.',
        ({ batcher }) => batcher.totals.seconds,
      ),
      each('cache_bytes', 'gauge', 'Size of the prefix cache, in bytes.', ({ cache }) => cache.bytes),
      each('cache_entries', 'gauge', 'Entries of the prefix cache.', ({ cache }) => cache.size),
      each(
        'cache_lookups_total',
        'counter',
        'Prompts looked up in the prefix cache.',
        ({ cache }) => cache.totals.lookups,
      ),
      each('cache_hits_total', 'counter', 'Prompts with a cached prefix.', ({ cache }) => cache.totals.hits),
      each(
        'cache_tokens_total',
        'counter',
        'Prompt tokens found in the prefix cache.',
        ({ cache }) => cache.totals.tokens,
      ),
    ];
  }

  #histogram(): Sample[] {
    return [...this.#durations].flatMap(([route, { counts, sum, total }]) => {
      const labels = `route="${route}"`;
      const bucket = (bound: number | string, value: number) => {
        return { suffix: '_bucket', labels: `${labels},le="${bound}"`, value };
      };
      return [
        ...counts.map((count, i) => bucket(BOUNDS[i], count)),
        bucket('+Inf', total),
        { suffix: '_sum', labels, value: sum },
        { suffix: '_count', labels, value: total },
      ];
    });
  }
}

function family(name: string, type: Type, help: string, samples: readonly Sample[]): string {
  const full = `unrolled_${name}`;
  const lines = samples.map(({ suffix = '', labels, value }) => {
    return `${full}${suffix}${labels === undefined ? '' : `{${labels}}`} ${value}\n`;
  });
  return `# HELP ${full} ${help}\n# TYPE ${full} ${type}\n${lines.join('')}`;
}

function escaped(label: string): string {
  return label.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
