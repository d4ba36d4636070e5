import type { ServedModel } from '../served-model.ts';
import { family, modelLabel } from './exposition.ts';
import type { Histogram } from './histogram.ts';

type Row<T> = readonly [name: string, help: string, of: (model: ServedModel) => T];

const HISTOGRAMS: readonly Row<Histogram>[] = [
  [
    'time_to_first_token_seconds',
    'Seconds from a request to the first token of each completion.',
    ({ latencies }) => latencies.firstToken,
  ],
  [
    'inter_token_latency_seconds',
    'Seconds between two tokens of a completion.',
    ({ latencies }) => latencies.betweenTokens,
  ],
];

/** A name that ends in `_total` is a counter, any other a gauge. */
const VALUES: readonly Row<number>[] = [
  ['tokens_total', 'Generated tokens.', ({ batcher }) => batcher.totals.tokens],
  ['steps_total', 'Steps of the model that generated tokens.', ({ batcher }) => batcher.totals.steps],
  ['busy_seconds_total', 'Seconds spent on steps and prompts.', ({ batcher }) => batcher.totals.seconds],
  ['cache_bytes', 'Size of the prefix cache, in bytes.', ({ cache }) => cache.bytes],
  ['cache_entries', 'Entries of the prefix cache.', ({ cache }) => cache.size],
  ['cache_lookups_total', 'Prompts looked up in the prefix cache.', ({ cache }) => cache.totals.lookups],
  ['cache_hits_total', 'Prompts with a cached prefix.', ({ cache }) => cache.totals.hits],
  ['cache_tokens_total', 'Prompt tokens found in the prefix cache.', ({ cache }) => cache.totals.tokens],
];

/** The metrics of each model, labelled with its name. */
export function modelFamilies(models: readonly ServedModel[]): string[] {
  const labelled = models.map((model) => ({ model, labels: modelLabel(model.id) }));
  return [
    ...HISTOGRAMS.map(([name, help, of]) => {
      const samples = labelled.flatMap(({ model, labels }) => of(model).samples(labels));
      return family(name, 'histogram', help, samples);
    }),
    ...VALUES.map(([name, help, of]) => {
      const type = name.endsWith('_total') ? 'counter' : 'gauge';
      return family(
        name,
        type,
        help,
        labelled.map(({ model, labels }) => ({ labels, value: of(model) })),
      );
    }),
  ];
}
