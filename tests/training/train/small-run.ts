import type { Backend } from '../../../src/backends/backend.ts';
import { openBackend } from '../../../src/backends/open.ts';
import { StreamBatches } from '../../../src/data/batches/stream-batches.ts';
import type { RecurrentLM } from '../../../src/models/recurrent-lm.ts';
import { GradientClipper } from '../../../src/training/clip.ts';
import { SGD } from '../../../src/training/optimizers/sgd.ts';
import { type TrainEvent, type TrainOptions, train } from '../../../src/training/train.ts';
import { trainingData } from '../../support/models.ts';

export const { ids, model, corpus } = trainingData(203, 60);
export const [N, T] = [5, 4];
export const sizes = { N, T, end: 'wrap' } as const;
export const backend = await openBackend('wasm-strict', { threads: 1 });

export type Options = Partial<TrainOptions> & { lr?: number };

export function options({ lr = 0.5, ...rest }: Options = {}, on: Backend = backend): TrainOptions {
  return { batches: new StreamBatches(ids, sizes), optimizer: new SGD(on, { lr }), epochs: 2, ...rest };
}

export async function run(trained: RecurrentLM, given?: Options): Promise<TrainEvent[]> {
  const events: TrainEvent[] = [];
  for await (const event of train(trained, options(given))) events.push(event);
  return events;
}

export const losses = (events: TrainEvent[]): number[] =>
  events.flatMap((event) => (event.event === 'step' ? [event.loss] : []));

export const weights = (trained: RecurrentLM) => trained.params.map(({ value }) => value.values());

/** The chapter's loop, spelled out: the feed, the state, the update. */
export function openLoop(
  steps: number,
  { stateful = true, clip = 0 } = {},
): { losses: number[]; norms: number[]; trained: RecurrentLM } {
  const trained = model(backend);
  const optimizer = new SGD(backend, { lr: 0.5 });
  const [size, jump] = [ids.length - 1, Math.floor((ids.length - 1) / N)];
  const [found, norms]: [number[], number[]] = [[], []];
  for (let step = 0; step < steps; step++) {
    const [xs, ts] = [new Int32Array(N * T), new Int32Array(N * T)];
    for (let t = 0; t < T; t++) {
      for (let i = 0; i < N; i++) {
        const at = (i * jump + step * T + t) % size;
        xs[t * N + i] = ids[at];
        ts[t * N + i] = ids[at + 1];
      }
    }
    if (!stateful) trained.resetState();
    const placed = trained.place({ N, T, xs, ts });
    found.push(trained.forward(placed.xs, placed.ts).total.item());
    trained.backward();
    if (clip > 0) norms.push(new GradientClipper(backend, clip).clip(trained.params));
    optimizer.update(trained.params);
  }
  return { losses: found, norms, trained };
}
