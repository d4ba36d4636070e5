import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { hostsObstacle, TwoHosts } from '../../../bench/scale/two-hosts.ts';
import { parseModelFile } from '../../../src/models/model-file.ts';
import { mpiObstacle, RunningJob } from '../../support/mpi.ts';
import { binary, sentences, temporaryFolder, unrolled } from '../../support/process.ts';

const obstacle = mpiObstacle ?? hostsObstacle();
const testHosts = obstacle === null ? test : test.skip;
if (obstacle !== null) test.skip(`two hosts of network namespaces: ${obstacle}`, () => {});

const folder = temporaryFolder({ 'train.txt': sentences(300), 'valid.txt': sentences(30, 3) });
const flags = (more: string) =>
  `train train.txt --valid valid.txt --hidden 12 --embedding 8 --batch 7 --time 6 --optimizer sgd --lr 1 --backend wasm ${more}`.split(
    ' ',
  );

let hosts: TwoHosts | null = null;
afterAll(() => hosts?.close());

/** The command line on both hosts. */
function onHosts(...args: string[]): RunningJob {
  hosts ??= new TwoHosts();
  const [command, ...before] = hosts.mpirun;
  const start = (environment: NodeJS.ProcessEnv) =>
    spawn(command, [...before, '-n', '2', process.execPath, binary, ...args], {
      cwd: folder,
      env: environment,
    });
  return new RunningJob(start);
}

testHosts('a rank on each of two hosts: the weights of one process, and names with their hosts', async () => {
  expect((await unrolled(folder, ...flags('--epochs 2 --quiet --out one.safetensors'))).status).toBe(0);
  const job = onHosts(...flags('--epochs 2 --json --out two.safetensors'));
  expect((await job.finished()).status).toBe(0);
  expect(job.stdout).toMatch(/"rank 0 on host1 \(process \d+\)","rank 1 on host2 \(process \d+\)"/);
  const [one, two] = ['one', 'two'].map(
    (name) => parseModelFile(readFileSync(join(folder, `${name}.safetensors`))).tensors,
  );
  for (const [name, { data }] of one) {
    const others = Array.from(two.get(name)?.data ?? [], Number);
    const largest = Math.max(...Array.from(data, (x) => Math.abs(Number(x))));
    Array.from(data, Number).forEach((x, i) => expect(Math.abs(x - others[i])).toBeLessThan(1e-5 * largest));
  }
});

testHosts('when the network is cut in the middle of a run, both ranks end with a message', async () => {
  const job = onHosts(
    ...flags('--epochs 5000 --json --log-every 0 --checkpoint 10 --mpi-timeout 8 --out cut.safetensors'),
  );
  await job.says(/"event":"checkpoint".*"step":20/);
  const ranks = [0, 1].map((rank) => job.processOf(rank));
  hosts?.cut();
  await job.says(/mpi: rank 1 on host2 \(process \d+\) has given no sign of life for \d+ seconds/);
  const left = () => ranks.filter((rank) => [0, 1].some((host) => hosts?.processes(host).includes(rank)));
  await vi.waitFor(() => expect(left()).toEqual([]), { timeout: 60_000, interval: 100 });
  expect(job.stderr).not.toMatch(/at .*\.js:\d+/);
  // mpirun waits for the host that it no longer reaches, and its daemon there for the next command.
  hosts?.close();
  hosts = null;
  await job.finished();
});
