import { beforeAll, expect } from 'vitest';
import { mpirun, testMpi, unrolledOnRanks } from '../../support/mpi.ts';
import { binary, sentences, startsFast, temporaryFolder, unrolled } from '../../support/process.ts';
import { trainModels, words } from './small-models.ts';

const other = sentences(4000, 2);
const folder = temporaryFolder({
  'train.txt': sentences(100),
  'other.txt': other,
  'more.txt': sentences(60, 3),
  'long.txt': `${'the old cat purrs here . '.repeat(6000)}\nthe cat\n`,
  'empty.txt': '',
});
/** The launcher gives rank 0 a terminal. */
const plain = ['-x', 'TERM=dumb', '-x', 'NO_COLOR=1'];
const node = [process.execPath, binary];

beforeAll(() => trainModels(folder));

const scores = [
  'model.safetensors other.txt --json',
  'model.safetensors other.txt more.txt --by word --top 20',
  'model.safetensors other.txt --state line --json',
  'model.safetensors long.txt --state line --by document --json',
  'items.safetensors other.txt more.txt --tsv',
];

testMpi.each(scores)('score %s prints once, with the bits of one process', async (line) => {
  const args = ['score', ...words(line), ...startsFast];
  const alone = await unrolled(folder, ...args);
  expect(alone.status).toBe(0);
  for (const ranks of ['2', '3']) {
    const job = mpirun(folder, [...plain, '-n', ranks, ...node, ...args]);
    expect(await job.finished()).toEqual(alone);
  }
});

testMpi('score needs the model file and the text only on rank 0', async () => {
  const args = ['score', 'model.safetensors', 'other.txt', '--json', ...startsFast];
  const rank = ['-n', '1', ...node, ...args];
  const job = mpirun(folder, [...rank, ':', '--wdir', temporaryFolder(), ...rank]);
  expect(await job.finished()).toEqual(await unrolled(folder, ...args));
});

testMpi('score of standard input, which only rank 0 has, is shared too', async () => {
  const args = ['score', 'model.safetensors', '-', '--json', ...startsFast];
  const job = unrolledOnRanks(2, folder, ...args);
  job.child.stdin?.end(other);
  const { status, stdout, stderr } = await job.finished();
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const file = await unrolled(folder, ...args.map((one) => (one === '-' ? 'other.txt' : one)));
  expect(stdout).toBe(file.stdout);
});

const mistakes = ['model.safetensors none.txt', 'model.safetensors empty.txt', 'none.safetensors other.txt'];

testMpi.each(mistakes)('an error of score %s is reported once', async (line) => {
  const args = ['score', ...words(line), ...startsFast];
  const alone = await unrolled(folder, ...args);
  const { status, stdout, stderr } = await unrolledOnRanks(3, folder, ...args).finished();
  expect({ status, stdout }).toEqual({ status: alone.status, stdout: '' });
  expect(alone.status).toBe(1);
  expect(stderr.split(alone.stderr.trim())).toHaveLength(2);
});
