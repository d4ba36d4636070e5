import { beforeAll, expect, vi } from 'vitest';
import { type RunningJob, testMpi, ticksOf, unrolledOnRanks } from '../../support/mpi.ts';
import { sentences, startsFast, temporaryFolder, unrolled } from '../../support/process.ts';

// Faults of commands that read a text. It takes this model minutes: nothing here ends because the work is done.
const folder = temporaryFolder({ 'train.txt': sentences(100), 'long.txt': sentences(15_000) });

beforeAll(async () => {
  const line =
    'train train.txt --hidden 800 --layers 2 --embedding 8 --batch 2 --time 5 --max-steps 1 --quiet';
  const run = await unrolled(folder, ...line.split(' '), '--valid', 'none', ...startsFast);
  expect(run).toMatchObject({ status: 0, stderr: '' });
});

/** User time that a rank has taken only if it is well past its start, in clock ticks of 10 ms. */
const UNDER_WAY = 200;

/** A command on two ranks, both of which compute. */
async function underWay(command: string): Promise<{ job: RunningJob; ranks: readonly number[] }> {
  const args = [command, 'model.safetensors', 'long.txt', '--json', '--mpi-timeout', '5', ...startsFast];
  const job = unrolledOnRanks(2, folder, ...args);
  const ranks = await vi.waitFor(
    () => {
      const { processes } = job;
      expect(processes).toHaveLength(2);
      for (const one of processes) expect(ticksOf(one)).toBeGreaterThan(UNDER_WAY);
      return processes;
    },
    { timeout: 120_000, interval: 100 },
  );
  return { job, ranks };
}

/** The end of a job that has failed, of which no process is left. */
async function failure(job: RunningJob, ranks: readonly number[]): Promise<string> {
  const { status, stderr } = await job.finished();
  expect(status).not.toBe(0);
  await vi.waitFor(() => expect(ranks.map(ticksOf)).toEqual([null, null]), 10_000);
  expect(stderr).not.toMatch(/at .*\.js:\d+|This is a bug/);
  return stderr;
}

const commands = ['evaluate', 'score'];

testMpi.each(commands)('%s ends on all ranks when one is killed', async (command) => {
  const { job, ranks } = await underWay(command);
  process.kill(ranks[1], 'SIGKILL');
  expect(await failure(job, ranks)).toMatch(/exited on signal 9|has given no sign of life/);
});

testMpi.each(commands)('Ctrl-C on mpirun ends %s on all ranks', async (command) => {
  const { job, ranks } = await underWay(command);
  job.child.kill('SIGINT');
  expect(await failure(job, ranks)).not.toMatch(/no sign of life/);
});

testMpi.each(commands)('a rank that hangs is named while the others %s, and all end', async (command) => {
  const { job, ranks } = await underWay(command);
  process.kill(ranks[1], 'SIGSTOP');
  expect(await failure(job, ranks)).toMatch(
    /^mpi: rank 1 on .+ \(process \d+\) has given no sign of life for \d+ seconds; all ranks must answer\./m,
  );
});
