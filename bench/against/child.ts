// A contender of a comparison of checkouts: the built library of one of them, in its own process.
// Arguments: checkout, backend, number of threads, job.
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import type { Backend, RecurrentConfig, RecurrentLM } from 'unrolled';
import { readJob, serve } from '../child.ts';
import type { GenerateJob, Job, ModelSizes, TrainJob } from '../configs.ts';

/**
 * The part of the library used here: names that every version exports. Training steps are run by `train()`, because the
 * parts of a step change between versions.
 */
type Library = typeof import('unrolled');

const BLOCKS = 50;

function trainStep(library: Library, backend: Backend, job: TrainJob): () => Promise<void> {
  const { N, T, V } = job;
  const events = library.train(openModel(library, backend, job), {
    batches: new library.StreamBatches(randomIds(library, V, BLOCKS * N * T + 1), { N, T, end: 'wrap' }),
    optimizer: new library.SGD(backend, { lr: 0.1 }),
    clip: 0.25,
    epochs: Number.MAX_SAFE_INTEGER,
  });
  return async () => {
    for (;;) {
      const { value, done } = await events.next();
      if (done) throw new Error('the training ended');
      if (value.event === 'step') return;
    }
  };
}

function generateStep(library: Library, backend: Backend, job: GenerateJob): () => void {
  const model = openModel(library, backend, job);
  const prompt = randomIds(library, job.V, job.prompt);
  const writer = new library.Writer(model, { prompt, random: new library.Random(2) });
  return () => void library.writeNext(model, [writer]);
}

function openModel(library: Library, backend: Backend, { cell, layers, V, D, H }: ModelSizes): RecurrentLM {
  const config: RecurrentConfig = { cell, vocabSize: V, embeddingSize: D, hiddenSize: H, layers };
  return new library.RecurrentLM(backend, config, new library.Random(1));
}

function randomIds(library: Library, V: number, length: number): Int32Array {
  const random = new library.Random(3);
  return Int32Array.from({ length }, () => Math.floor(random.uniform() * V));
}

function stepOf(library: Library, backend: Backend, job: Job): () => unknown {
  if (job.kind === 'train') return trainStep(library, backend, job);
  if (job.kind === 'generate') return generateStep(library, backend, job);
  throw new Error(`a race between checkouts has no '${job.kind}'`);
}

// Node 20 needs this flag for relaxed SIMD.
if (process.versions.node.startsWith('20.')) setFlagsFromString('--experimental-wasm-relaxed-simd');
const [checkout, name, threads] = process.argv.slice(2);
const library: Library = await import(pathToFileURL(join(resolve(checkout), 'dist/index.js')).href);
const backend = await library.openBackend(name, { threads: Number(threads) });
await serve(backend.description, stepOf(library, backend, readJob()));
