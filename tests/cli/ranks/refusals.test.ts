import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { mpirun, testMpi, unrolledOnRanks } from '../../support/mpi.ts';
import { binary, Running, sentences, temporaryFolder } from '../../support/process.ts';

const folder = temporaryFolder({ 'train.txt': sentences(100), 'other.txt': sentences(100, 2) });
const flags = (more: string) =>
  `train train.txt --hidden 8 --embedding 8 --batch 3 --time 6 --epochs 1 ${more}`.split(' ');
const first = (text: string) => text.split('\n')[0];

/** Two ranks with a command each. */
async function differing(one: readonly string[], other: readonly string[]) {
  const rank = (command: readonly string[]) => ['-n', '1', ...command];
  return await mpirun(folder, [...rank(one), ':', ...rank(other)]).finished();
}

const node = [process.execPath, binary];

testMpi('more ranks than streams are refused, once', async () => {
  const { status, stdout, stderr } = await unrolledOnRanks(
    4,
    folder,
    ...flags('--out many.safetensors'),
  ).finished();
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr.match(/^train: .*$/gm)).toEqual([
    'train: 4 processes share --batch 3; each needs at least one stream. Use --batch 4 or more, or fewer processes.',
  ]);
});

testMpi('a flag that does not exist is reported once', async () => {
  const { status, stderr } = await unrolledOnRanks(3, folder, ...flags('--epoch 2')).finished();
  expect(status).toBe(2);
  expect(stderr.match(/--epoch\b.*$/gm)).toHaveLength(1);
});

testMpi('ranks with other flags are refused by name, once', async () => {
  const [one, other] = ['--seed 1', '--seed 2'].map((seed) => [
    ...node,
    ...flags(`${seed} --out flags.safetensors`),
  ]);
  const { status, stderr } = await differing(one, other);
  expect(status).toBe(1);
  expect(first(stderr)).toMatch(
    /^train: rank 1 on .+ \(process \d+\) has the flags "train\.txt .* --seed 2 .*", and rank 0 on .+ has ".* --seed 1 .*"; all ranks need the same\. Start one command\.$/,
  );
});

testMpi('ranks with another text of the same name are refused by name', async () => {
  const elsewhere = temporaryFolder();
  writeFileSync(join(elsewhere, 'train.txt'), sentences(100, 5));
  const command = [...node, ...flags('--out texts.safetensors')];
  const { status, stderr } = await differing(command, ['--wdir', elsewhere, ...command]);
  expect(status).toBe(1);
  expect(first(stderr)).toMatch(
    /^train: rank 1 on .+ has the training text of \d+ bytes with the SHA-256 \w+…, and rank 0 .*Copy the text to every machine\.$/,
  );
});

testMpi('ranks on another backend are refused by name', async () => {
  const command = [...node, ...flags('--backend auto --out backends.safetensors')];
  const without = ['-x', 'UNROLLED_BLAS=/nowhere/libblas.so', ...command];
  const { status, stderr } = await differing(['-x', 'UNROLLED_BLAS=', ...command], without);
  // Without a BLAS on this machine, both have the same backend.
  if (status !== 0)
    expect(stderr).toMatch(/^train: rank 1 on .+ has the backend wasm, .* and rank 0 on .+ has blas, /m);
});

testMpi('an MPI library that does not exist is an error', async () => {
  const command = [
    '-x',
    'UNROLLED_MPI=/nowhere/libmpi.so',
    '-n',
    '2',
    ...node,
    ...flags('--out mpi.safetensors'),
  ];
  const { status, stdout, stderr } = await mpirun(folder, command).finished();
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(first(stderr)).toMatch(/^mpi: \/nowhere\/libmpi\.so: not found; several processes need/);
});

testMpi('a rank without the library names itself', async () => {
  const command = [...node, ...flags('--out mpi.safetensors')];
  const { status, stderr } = await differing(command, ['-x', 'UNROLLED_MPI=/nowhere/libmpi.so', ...command]);
  expect(status).toBe(1);
  expect(first(stderr)).toMatch(
    /^rank 1 on .+ \(process \d+\): mpi: \/nowhere\/libmpi\.so: not found; several /,
  );
});

testMpi.each(['0', '1'])('variables left over from a launcher are named, with rank %s', async (rank) => {
  const environment = { OMPI_COMM_WORLD_RANK: rank, OMPI_COMM_WORLD_SIZE: '2', UNROLLED_MPI: '' };
  const run = new Running(flags('--out left.safetensors'), folder, environment);
  const { status, stdout, stderr } = await run.finished();
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toMatch(/mpi: .* finds 1 of the 2 processes; .* unset OMPI_COMM_WORLD_RANK\.\n$/);
});

testMpi.each(['-', 'train.txt --test /dev/stdin'])(
  'a text from standard input is refused once: %s',
  async (texts) => {
    const args = `train ${texts} --batch 3 --out input.safetensors`.split(' ');
    const { status, stdout, stderr } = await unrolledOnRanks(2, folder, ...args).finished();
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr.match(/^.*standard input.*$/gm)).toEqual([
      'train: got standard input, which only rank 0 of the 2 processes has; each of them reads the texts. ' +
        'Save the text as a file, on every machine.',
    ]);
  },
);

testMpi('a timeout that a busy rank would miss is refused once', async () => {
  const args = flags('--mpi-timeout 2 --out short.safetensors');
  const { status, stderr } = await unrolledOnRanks(2, folder, ...args).finished();
  expect(status).toBe(1);
  expect(stderr.match(/^.*mpi: the timeout is 2 seconds; it must be at least 5.*$/gm)).toHaveLength(1);
});
