// Our contender: the public entry of the built library, in its own process.
import { setFlagsFromString } from 'node:v8';
import {
  type Backend,
  GradientClipper,
  openBackend,
  Random,
  type RecurrentConfig,
  RecurrentLM,
  SGD,
  StreamBatches,
  UnrolledError,
  Writer,
  writeNext,
} from 'unrolled';
import { readJob, refuse, serve } from './child.ts';
import type { GemmJob, GenerateJob, Job, ModelSizes, TrainJob } from './configs.ts';

const BLOCKS = 50;

/** One training step as `train()` takes it. */
function trainStep(backend: Backend, job: TrainJob): () => void {
  const { N, T, V } = job;
  const model = openModel(backend, job);
  const ids = randomIds(V, BLOCKS * N * T + 1);
  const batches = new StreamBatches(ids, { N, T, end: 'wrap' });
  const clipper = new GradientClipper(backend, 0.25);
  const optimizer = new SGD(backend, { lr: 0.1 });
  return () => {
    const { xs, ts } = model.place(batches.next());
    const loss = model.forward(xs, ts).total.item();
    if (!Number.isFinite(loss)) throw new Error(`the loss is ${loss}`);
    model.backward();
    clipper.clip(model.params);
    optimizer.update(model.params);
  };
}

function generateStep(backend: Backend, job: GenerateJob): () => void {
  const model = openModel(backend, job);
  const random = new Random(2);
  const prompt = randomIds(job.V, job.prompt);
  const start = () => new Writer(model, { prompt, random });
  if (job.kind !== 'generate') return () => void writeNext(model, [start()]);
  const writers = [start()];
  return () => void writeNext(model, writers);
}

function gemmStep(backend: Backend, { M, N, K }: GemmJob): () => void {
  const { arena } = backend;
  const random = new Random(1);
  const draw = (rows: number, columns: number) => {
    const tensor = arena.tensor([rows, columns]);
    return tensor.set(Float64Array.from({ length: tensor.size }, () => random.normal()));
  };
  const [out, a, b] = [arena.tensor([M, N]), draw(M, K), draw(K, N)];
  return () => backend.gemm(out, a, b);
}

function openModel(backend: Backend, { cell, layers, V, D, H }: ModelSizes): RecurrentLM {
  const sizes = { vocabSize: V, embeddingSize: D, hiddenSize: H, layers };
  const config: RecurrentConfig = { cell, ...sizes, ...(cell === 'gru' && { resetAfter: true }) };
  return new RecurrentLM(backend, config, new Random(1));
}

function randomIds(V: number, length: number): Int32Array {
  const random = new Random(3);
  return Int32Array.from({ length }, () => Math.floor(random.uniform() * V));
}

function stepOf(backend: Backend, job: Job): () => void {
  if (job.kind === 'train') return trainStep(backend, job);
  if (job.kind === 'gemm') return gemmStep(backend, job);
  if (job.kind === 'encode') throw new Error('encoding is ./encoding/child.ts');
  return generateStep(backend, job);
}

try {
  // Node 20 needs this flag for relaxed SIMD.
  if (process.versions.node.startsWith('20.')) setFlagsFromString('--experimental-wasm-relaxed-simd');
  const [name, threads] = process.argv.slice(2);
  const backend = await openBackend(name, { threads: Number(threads) });
  await serve(backend.description, stepOf(backend, readJob()));
} catch (error) {
  if (!(error instanceof UnrolledError)) throw error;
  refuse(error.message);
}
