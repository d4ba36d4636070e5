import { beforeAll, expect, test } from 'vitest';
import { mpirun, testMpi, unrolledOnRanks } from '../../support/mpi.ts';
import {
  binary,
  InProcess,
  sentences,
  startsFast,
  temporaryFolder,
  unrolled,
} from '../../support/process.ts';
import { trainModels, words } from './small-models.ts';

const texts = { 'train.txt': sentences(100), 'other.txt': sentences(60, 2) };
const folder = temporaryFolder(texts);
const node = ['-n', '1', process.execPath, binary];

beforeAll(() => trainModels(folder));

const evaluations = [
  'model.safetensors other.txt --json',
  'model.safetensors other.txt train.txt --per-word',
  'items.safetensors other.txt --json --per-word',
  'model.safetensors other.txt --json --dynamic --cache',
];

testMpi.each(evaluations)('evaluate %s prints once, with the bits of one process', async (line) => {
  const args = ['evaluate', ...words(line), ...startsFast];
  const alone = await unrolled(folder, ...args);
  expect(alone.status).toBe(0);
  for (const ranks of [2, 3]) {
    expect(await unrolledOnRanks(ranks, folder, ...args).finished()).toEqual(alone);
  }
});

testMpi('evaluate needs the model file only on rank 0', async () => {
  const elsewhere = temporaryFolder(texts);
  const args = ['evaluate', 'model.safetensors', 'other.txt', '--json', ...startsFast];
  const job = mpirun(folder, [...node, ...args, ':', '--wdir', elsewhere, ...node, ...args]);
  expect(await job.finished()).toEqual(await unrolled(folder, ...args));
});

testMpi('evaluate refuses ranks with another text, by name', async () => {
  const elsewhere = temporaryFolder({ 'other.txt': sentences(60, 3) });
  const args = ['evaluate', 'model.safetensors', 'other.txt', ...startsFast];
  const job = mpirun(folder, [...node, ...args, ':', '--wdir', elsewhere, ...node, ...args]);
  const { status, stdout, stderr } = await job.finished();
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr.match(/^evaluate: .*$/gm)).toEqual([
    expect.stringMatching(
      /^evaluate: rank 1 on .+ has the text of \d+ bytes .*Copy the text to every machine\.$/,
    ),
  ]);
});

const fast = startsFast.join(' ');
const others = [
  `compare model.safetensors model.safetensors other.txt ${fast}`,
  `generate model.safetensors --seed 1 --length 20 ${fast}`,
  'inspect model.safetensors',
  'tokenizer show model.safetensors other.txt',
  'evaluate --help',
  'help tokenizer',
  '--version',
];

testMpi.each(others)('%s runs on rank 0 alone', async (line) => {
  const alone = await unrolled(folder, ...words(line));
  expect(alone.status).toBe(0);
  // The launcher gives rank 0 a terminal.
  const plain = ['-x', 'TERM=dumb', '-x', 'NO_COLOR=1'];
  const job = mpirun(folder, [...plain, '-n', '3', process.execPath, binary, ...words(line)]);
  const { status, stdout, stderr } = await job.finished();
  expect({ status, stdout }).toEqual({ status: 0, stdout: alone.stdout });
  const idle =
    /^.+: OMPI_COMM_WORLD_RANK says that this is rank (\d); only rank 0 runs it\. To run it here, unset .+\.\r?\n/gm;
  expect([...stderr.matchAll(idle)].map(([, rank]) => rank).sort()).toEqual(['1', '2']);
  expect(stderr.replace(idle, '')).toBe(alone.stderr);
});

testMpi('evaluate refuses standard input, which only rank 0 has', async () => {
  const args = ['evaluate', 'model.safetensors', '-', ...startsFast];
  const { status, stdout, stderr } = await unrolledOnRanks(2, folder, ...args).finished();
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toContain('evaluate: got standard input, which only rank 0 of the 2 processes has');
});

test('a terminal with a launch left over is told why a command prints nothing', async () => {
  const env = { OMPI_COMM_WORLD_RANK: '1', OMPI_COMM_WORLD_SIZE: '2' };
  const { stderr } = await new InProcess(['inspect', 'model.safetensors'], folder, { env }).finished();
  expect(stderr).toBe(
    'inspect: OMPI_COMM_WORLD_RANK says that this is rank 1; only rank 0 runs it. To run it here, unset OMPI_COMM_WORLD_RANK.\n',
  );
});

testMpi('an error of a command that runs on rank 0 alone is reported once', async () => {
  const { status, stdout, stderr } = await unrolledOnRanks(
    3,
    folder,
    'inspect',
    'none.safetensors',
  ).finished();
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr.match(/^none\.safetensors: .*$/gm)).toHaveLength(1);
});
