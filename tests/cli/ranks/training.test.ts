import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { parseModelFile } from '../../../src/models/model-file.ts';
import { testMpi, unrolledOnRanks } from '../../support/mpi.ts';
import { sentences, temporaryFolder, unrolled } from '../../support/process.ts';

const folder = temporaryFolder({ 'train.txt': sentences(300), 'valid.txt': sentences(30, 3) });
const flags = (more: string) =>
  `train train.txt --valid valid.txt --hidden 12 --embedding 8 --batch 7 --time 6 --dropout 0.2 --optimizer sgd --lr 1 --backend wasm ${more}`.split(
    ' ',
  );
const weightsOf = (name: string) => parseModelFile(readFileSync(join(folder, name))).tensors;
const eventsOf = (stdout: string) =>
  stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

/** The largest difference of two weights, of the largest weight of their tensor. */
function difference(a: string, b: string): number {
  const others = weightsOf(b);
  return Math.max(
    ...[...weightsOf(a)].map(([name, { data }]) => {
      const numbers = Array.from(data, Number);
      const largest = numbers.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
      return Math.max(...numbers.map((x, i) => Math.abs(x - Number(others.get(name)?.data[i])))) / largest;
    }),
  );
}

testMpi.each([2, 3, 4])('%i ranks give the weights of one process, up to rounding', async (ranks) => {
  const one = flags('--max-steps 200 --quiet --out one.safetensors');
  if (!readdirSync(folder).includes('one.safetensors')) await unrolled(folder, ...one);
  const out = `of-${ranks}.safetensors`;
  const job = unrolledOnRanks(ranks, folder, ...flags(`--max-steps 200 --quiet --out ${out}`));
  expect(await job.finished()).toEqual({ status: 0, stdout: '', stderr: '' });
  expect(difference('one.safetensors', out)).toBeLessThan(1e-5);
});

testMpi(
  'rank 0 alone prints: each event once, with the time in communication; rank 0 alone writes',
  async () => {
    const { status, stdout, stderr } = await unrolledOnRanks(
      3,
      folder,
      ...flags('--epochs 2 --json --log-every 50 --log events.jsonl --out printed.safetensors'),
    ).finished();
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const events = eventsOf(stdout);
    expect(
      events.map(({ event }) => event).filter((event) => event === 'start' || event === 'result'),
    ).toEqual(['start', 'result']);
    expect(events.filter(({ event }) => event === 'epoch').map(({ epoch }) => epoch)).toEqual([1, 2]);
    expect(events[0].ranks).toHaveLength(3);
    for (const { communicationShare } of events.filter(({ event }) => event === 'epoch')) {
      expect(communicationShare).toBeGreaterThan(0);
      expect(communicationShare).toBeLessThan(1);
    }
    expect(readFileSync(join(folder, 'events.jsonl'), 'utf8').match(/"event":"start"/g)).toHaveLength(1);
    const written = readdirSync(folder).filter((name) => name.startsWith('printed'));
    expect(written).toEqual(['printed.safetensors']);
  },
);

testMpi('the automatic choice is that of rank 0, and items are trained and evaluated together', async () => {
  const args = 'train train.txt --items line --batch 4 --minutes 0.02 --json --out items.safetensors'.split(
    ' ',
  );
  const { status, stdout, stderr } = await unrolledOnRanks(2, folder, ...args).finished();
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const [start] = eventsOf(stdout);
  expect(start.chosen).not.toEqual([]);
  expect(start.corpus.items).toBeDefined();
});

testMpi('a run of 3 ranks is resumed by 2, and by one process', async () => {
  const whole = flags('--epochs 4 --quiet --out whole.safetensors');
  expect((await unrolled(folder, ...whole)).status).toBe(0);
  const stop = unrolledOnRanks(
    3,
    folder,
    ...flags('--epochs 4 --checkpoint 20 --json --log-every 1 --out resumed.safetensors'),
  );
  await stop.says(/"event":"checkpoint".*"step":60/);
  stop.child.kill('SIGKILL');
  await stop.finished();
  const resume = flags('--epochs 4 --quiet --resume latest --out resumed.safetensors');
  expect(await unrolledOnRanks(2, folder, ...resume).finished()).toEqual({
    status: 0,
    stdout: '',
    stderr: '',
  });
  expect(difference('whole.safetensors', 'resumed.safetensors')).toBeLessThan(1e-5);
});

testMpi(
  '--scale-batch multiplies batch and learning rate, says so, and is kept by a resumed run',
  async () => {
    const scaled = (more: string) =>
      flags(`--scale-batch --epochs 2 --checkpoint 5 --out scaled.safetensors ${more}`);
    const job = unrolledOnRanks(2, folder, ...scaled('--log-every 1'));
    await job.says(/batch 14 = 7 × 2; learning rate 1\.414 = 1 × √2, after \d+ steps of warm-up/);
    await vi.waitFor(
      () => expect(readdirSync(folder).some((name) => name.startsWith('scaled.checkpoint-'))).toBe(true),
      30_000,
    );
    job.child.kill('SIGKILL');
    await job.finished();
    const resumed = await unrolledOnRanks(3, folder, ...scaled('--json --resume latest')).finished();
    expect(resumed.status).toBe(0);
    expect(eventsOf(resumed.stdout)[0].recipe).toMatchObject({ batch: 14, lr: Math.SQRT2 });
  },
);

test('without ranks in the environment, no MPI library is loaded', async () => {
  const { status } = await unrolled(folder, ...flags('--max-steps 2 --quiet --out alone.safetensors'));
  expect(status).toBe(0);
});
