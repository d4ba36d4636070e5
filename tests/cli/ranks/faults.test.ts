import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, vi } from 'vitest';
import { parseModelFile } from '../../../src/models/model-file.ts';
import { mpirun, type RunningJob, testMpi, ticksOf, unrolledOnRanks } from '../../support/mpi.ts';
import { binary, sentences, temporaryFolder } from '../../support/process.ts';

const folder = temporaryFolder({ 'train.txt': sentences(300), 'valid.txt': sentences(30, 3) });
const flags = (more: string) =>
  `train train.txt --valid valid.txt --hidden 12 --embedding 8 --batch 7 --time 6 --epochs 500 --backend wasm --json --log-every 0 --checkpoint 10 ${more}`.split(
    ' ',
  );

/** A run of 3 ranks that has written a checkpoint and goes on. */
async function underWay(stem: string, more = ''): Promise<RunningJob> {
  const job = unrolledOnRanks(3, folder, ...flags(`--out ${stem}.safetensors ${more}`.trim()));
  await job.says(/"event":"checkpoint".*"step":20/);
  return job;
}

function checkpointsOf(stem: string): readonly string[] {
  return readdirSync(folder).filter(
    (name) => /^[^.]+\.checkpoint-\d+\.safetensors$/.test(name) && name.startsWith(stem),
  );
}

/** Every checkpoint of a run is whole, and there is at least one. */
function expectWhole(stem: string): void {
  const files = checkpointsOf(stem);
  expect(files.length).toBeGreaterThan(0);
  for (const file of files) parseModelFile(readFileSync(join(folder, file)), file);
}

testMpi('a rank that is killed ends all, and the last checkpoint is whole', async () => {
  const job = await underWay('killed');
  process.kill(job.processOf(1), 'SIGKILL');
  const { status, stderr } = await job.finished();
  expect(status).not.toBe(0);
  expect(stderr).toMatch(/exited on signal 9|has given no sign of life/);
  expectWhole('killed');
});

testMpi('a rank that hangs is named after --mpi-timeout, and all end', async () => {
  const job = await underWay('hung', '--mpi-timeout 8');
  const hung = job.processOf(2);
  process.kill(hung, 'SIGSTOP');
  const { status, stderr } = await job.finished();
  expect(status).toBe(1);
  const sentence =
    /mpi: rank 2 on .+ \(process \d+\) has given no sign of life for \d+ seconds; all ranks must answer\./;
  expect(stderr).toMatch(sentence);
  expect(stderr).not.toMatch(/at .*\.js:\d+/);
  await vi.waitFor(() => expect(ticksOf(hung)).toBeNull(), 10_000);
  expectWhole('hung');
});

testMpi('Ctrl-C on mpirun saves a checkpoint of the step, from which the run is resumed', async () => {
  // From Ctrl-C on, mpirun reads no more output; on a busy machine, a step and its checkpoint take longer than its second.
  const args = flags('--log stopped.jsonl --out stopped.safetensors').map((flag) =>
    flag === '--json' ? '--quiet' : flag,
  );
  const job = mpirun(folder, [
    '--mca',
    'odls_base_sigkill_timeout',
    '5',
    '-n',
    '3',
    process.execPath,
    binary,
    ...args,
  ]);
  await vi.waitFor(() => expect(checkpointsOf('stopped')).toHaveLength(2), 30_000);
  job.child.kill('SIGINT');
  await job.finished();
  const events = readFileSync(join(folder, 'stopped.jsonl'), 'utf8').trim().split('\n');
  const last = JSON.parse(events.at(-1) as string);
  expect(last).toMatchObject({ event: 'interrupted' });
  expect(last.checkpoint).toBe(`stopped.checkpoint-${last.step}.safetensors`);
  expectWhole('stopped');
  const resumed = unrolledOnRanks(2, folder, ...flags('--resume latest --out stopped.safetensors'));
  await resumed.says(new RegExp(`"resumed":.*"step":${last.step}`));
  resumed.child.kill('SIGKILL');
  await resumed.finished();
});

testMpi('a folder of rank 0 in which nothing can be written any more stops all', async () => {
  mkdirSync(join(folder, 'out'));
  const args = flags('--out out/lost.safetensors');
  const job = unrolledOnRanks(3, folder, ...args);
  await job.says(/"event":"checkpoint".*"step":20/);
  rmSync(join(folder, 'out'), { recursive: true });
  const { status, stderr } = await job.finished();
  expect(status).not.toBe(0);
  expect(stderr).not.toMatch(/Segmentation fault|NBC/);
  expect(stderr).toMatch(/out\/lost\.checkpoint-\d+\.safetensors/);
});

testMpi(
  'when rank 0 hangs after an epoch, the others name it, and no file that they never wrote',
  async () => {
    const args = flags('--out silent.safetensors --mpi-timeout 5');
    const job = unrolledOnRanks(3, folder, ...args);
    await job.says(/"event":"epoch","epoch":1,/);
    process.kill(job.processOf(0), 'SIGSTOP');
    const { status, stderr } = await job.finished();
    expect(status).toBe(1);
    expect(stderr).toMatch(/^rank [12] on .+ mpi: rank 0 on .+ has given no sign of life/m);
    expect(stderr).not.toMatch(/safetensors|No model file/);
  },
);
