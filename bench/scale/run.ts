// Training by two ranks of one thread each, beside one process with two threads; the time of a sum by its size; and two hosts
// whose network has 1 Gbit/s. `npx tsx bench/scale/run.ts [--config lstm-650] [--backend blas] [--batch N] [--hosts]`, after `npm run build`.
import { execFile } from 'node:child_process';
import { parseArgs, promisify } from 'node:util';
import { median } from '../measure.ts';
import type { ScaleJob, TrainResult } from './rank.ts';
import { hostsObstacle, TwoHosts } from './two-hosts.ts';

const ROUNDS = 3;
const STEPS = 12;
const SIZES = [256, 4096, 65_536, 2 ** 20, 2 ** 23];

const { values } = parseArgs({
  options: {
    config: { type: 'string', default: 'lstm-650' },
    backend: { type: 'string', default: 'blas' },
    batch: { type: 'string' },
    hosts: { type: 'boolean', default: false },
    rate: { type: 'string', default: '1gbit' },
  },
});

const here = ['mpirun', '--oversubscribe', '--bind-to', 'none'];
const env = { ...process.env, OMPI_ALLOW_RUN_AS_ROOT: '1', OMPI_ALLOW_RUN_AS_ROOT_CONFIRM: '1' };

/** Ctrl-C and SIGTERM end the job that runs; the hosts are then removed. A second signal ends at once. */
const stop = new AbortController();
for (const name of ['SIGINT', 'SIGTERM']) process.once(name, () => stop.abort());

/** Runs a job on two ranks, or alone without a launcher. */
async function measure<Result>(launcher: readonly string[] | null, job: ScaleJob): Promise<Result> {
  const program = ['--import', 'tsx', new URL('rank.ts', import.meta.url).pathname, JSON.stringify(job)];
  const ranks = launcher === null ? [] : [...launcher, '-n', '2'];
  const [command, ...args] = [...ranks, process.execPath, ...program];
  const cwd = new URL('../..', import.meta.url).pathname;
  const { stdout } = await promisify(execFile)(command, args, { env, cwd, signal: stop.signal });
  return JSON.parse(stdout);
}

async function compare(name: string, launcher: readonly string[]): Promise<void> {
  const { config, backend, batch } = values;
  const job = (threads: number): ScaleJob => ({
    ...{ kind: 'train', config, backend, threads, steps: STEPS },
    ...(batch !== undefined && { batch: Number(batch) }),
  });
  const [alone, together]: TrainResult[][] = [[], []];
  for (let round = 0; round < ROUNDS; round++) {
    alone.push(await measure(null, job(2)));
    together.push(await measure(launcher, job(1)));
  }
  const speed = (results: readonly TrainResult[]) =>
    median(results.map(({ tokensPerSecond }) => tokensPerSecond));
  const [one, two] = [speed(alone), speed(together)];
  const { communicationShare, bytesPerStep } = together[0];
  console.log(`${config}, ${backend}, ${name}${batch === undefined ? '' : `, batch ${batch}`}`);
  console.log(`  1 process × 2 threads   ${Math.round(one)} tokens/s`);
  console.log(`  2 ranks × 1 thread      ${Math.round(two)} tokens/s, ratio ${(two / one).toFixed(2)}`);
  console.log(
    `  of a step               ${(100 * (communicationShare ?? 0)).toFixed(1)}% waiting for the other rank`,
  );
  console.log(`  to sum in a step        ${(bytesPerStep / 1e6).toFixed(1)} MB of each rank`);
}

async function sums(name: string, launcher: readonly string[]): Promise<void> {
  const medians = await measure<Record<string, number>>(launcher, { kind: 'sums', sizes: SIZES, times: 15 });
  console.log(`a sum over two ranks, ${name}`);
  for (const [size, seconds] of Object.entries(medians)) {
    console.log(
      `  ${Number(size).toLocaleString('en').padStart(10)} float32   ${(1000 * seconds).toFixed(2)} ms`,
    );
  }
}

async function onTwoHosts(): Promise<void> {
  const obstacle = hostsObstacle();
  if (obstacle !== null) throw new Error(obstacle);
  const hosts = new TwoHosts();
  try {
    hosts.limit(values.rate);
    await sums(`two hosts, ${values.rate}`, hosts.mpirun);
    await compare(`two hosts, ${values.rate}`, hosts.mpirun);
  } finally {
    hosts.close();
  }
}

async function onOneHost(): Promise<void> {
  await sums('one host', here);
  await compare('one host', here);
}

try {
  await (values.hosts ? onTwoHosts() : onOneHost());
} catch (error) {
  if (!stop.signal.aborted) throw error;
  process.exitCode = 130;
}
