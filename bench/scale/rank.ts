// One rank of the measurement: training steps, or sums of some sizes. Rank 0 prints the result as JSON.
import { setFlagsFromString } from 'node:v8';
import { openBackend, Random, RecurrentLM, SGD, StreamBatches, train } from 'unrolled';
import type { Group } from '../../dist/distributed/group.js';
import { findLaunch } from '../../dist/distributed/mpi/launch.js';
import { openMpi } from '../../dist/distributed/mpi/open-mpi.js';
import { single } from '../../dist/distributed/single.js';
import { trainConfigs } from '../configs.ts';
import { median } from '../measure.ts';

/** What a rank measures. */
export type ScaleJob =
  | {
      readonly kind: 'train';
      readonly config: string;
      readonly backend: string;
      readonly threads: number;
      /** Number of streams. Default: that of the configuration. */
      readonly batch?: number;
      readonly steps: number;
    }
  | { readonly kind: 'sums'; readonly sizes: readonly number[]; readonly times: number };

/** The result of training steps. */
export interface TrainResult {
  readonly tokensPerSecond: number;
  /** The share of the time in which rank 0 waited for others; null without others. */
  readonly communicationShare: number | null;
  /** The bytes that a rank hands to the sums of a step. */
  readonly bytesPerStep: number;
}

const WARM_UP = 3;

const job: ScaleJob = JSON.parse(process.argv.at(-1) as string);
if (process.versions.node.startsWith('20.')) setFlagsFromString('--experimental-wasm-relaxed-simd');
const launch = findLaunch(process.env);
const script = new URL('../../dist/distributed/mpi/mpi-thread.js', import.meta.url);
const group = launch ? await openMpi(launch, { script, timeout: 60 }) : single;
const result = job.kind === 'train' ? await trainSteps(job) : await timeSums(job);
if (group.rank === 0) console.log(JSON.stringify(result));
await group.close();
process.exit();

async function trainSteps({
  config,
  backend: name,
  threads,
  batch,
  steps,
}: ScaleJob & { kind: 'train' }): Promise<TrainResult> {
  const { N: usual, T, V, D, H, layers, cell } = trainConfigs[config];
  const N = batch ?? usual;
  const backend = await openBackend(name, { threads });
  const sizes = { vocabSize: V, embeddingSize: D, hiddenSize: H, layers };
  const model = new RecurrentLM(backend, { cell, ...sizes }, new Random(1));
  const random = new Random(3);
  const ids = Int32Array.from({ length: 50 * N * T + 1 }, () => Math.floor(random.uniform() * V));
  const { counting, bytes } = countingGroup(group);
  const options = {
    batches: new StreamBatches(ids, { N, T, end: 'wrap' as const }),
    clip: 0.25,
    group: counting,
  };
  let began = 0;
  let share: number | null = null;
  for await (const event of train(model, {
    ...options,
    optimizer: new SGD(backend, { lr: 0.1 }),
    maxSteps: WARM_UP + steps,
  })) {
    if (event.event !== 'step') continue;
    if (event.step === WARM_UP) began = performance.now();
    share = event.communicationShare ?? null;
    if (event.step === WARM_UP + steps) {
      const seconds = (performance.now() - began) / 1000;
      const bytesPerStep = bytes() / (WARM_UP + steps);
      return { tokensPerSecond: (N * T * steps) / seconds, communicationShare: share, bytesPerStep };
    }
  }
  throw new Error('the steps have ended too early');
}

/** The group, with a count of the bytes that are summed. */
function countingGroup(of: Group): { counting: Group; bytes: () => number } {
  let bytes = 0;
  const counting: Group = Object.create(of, {
    rank: { value: of.rank },
    size: { value: of.size },
    names: { value: of.names },
    sum: {
      value: (numbers: Float32Array | Float64Array, weights?: readonly number[]) => {
        bytes += numbers.byteLength;
        return of.sum(numbers, weights);
      },
    },
    gather: { value: (own: Uint8Array) => of.gather(own) },
  });
  return { counting, bytes: () => bytes };
}

/** The median time of a sum of each size, in seconds. */
async function timeSums({ sizes, times }: ScaleJob & { kind: 'sums' }): Promise<Record<number, number>> {
  const medians: Record<number, number> = {};
  for (const size of sizes) {
    const numbers = new Float32Array(size).fill(1);
    const seconds: number[] = [];
    for (let i = 0; i < times; i++) {
      await group.barrier();
      const began = performance.now();
      await group.sum(numbers);
      seconds.push((performance.now() - began) / 1000);
    }
    medians[size] = median(seconds);
  }
  return medians;
}
