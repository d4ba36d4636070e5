import { expect, test } from 'vitest';
import { findLaunch } from '../../../src/distributed/mpi/launch.ts';
import { findMpi } from '../../../src/distributed/mpi/search.ts';
import { onRanks, testMpi } from '../../support/mpi.ts';

const program = new URL('./collectives.mjs', import.meta.url);

testMpi.each([2, 3, 4])(
  '%i ranks: every call gives what the contract says, and timers go on',
  async (size) => {
    const { status, stdout, stderr } = await onRanks(size, program);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const answers = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    answers.sort((a, b) => a.rank - b.rank);
    const gathered = Array.from({ length: size }, (_, r) => new Array(3 * r).fill(r));
    answers.forEach((answer, rank) => {
      const { name, ticked, ...rest } = answer;
      expect(rest).toEqual({ rank, size, sums: [true, true, true, true], gathered, shared: 'of rank 0' });
      expect(name).toMatch(new RegExp(`^rank ${rank} on .+ \\(process \\d+\\)$`));
      if (rank < size - 1) expect(ticked).toBe(true);
    });
  },
);

test('a launch is recognised by the variables of its launcher', () => {
  expect(findLaunch({})).toBeNull();
  expect(findLaunch({ OMPI_COMM_WORLD_RANK: '0', OMPI_COMM_WORLD_SIZE: '1' })).toBeNull();
  const openMpi = { OMPI_COMM_WORLD_RANK: '1', OMPI_COMM_WORLD_SIZE: '2', PMIX_RANK: '1' };
  expect(findLaunch(openMpi)).toEqual({
    rank: 1,
    size: 2,
    kind: 'Open MPI',
    variable: 'OMPI_COMM_WORLD_RANK',
  });
  const mpich = { rank: 2, size: 3, kind: 'MPICH', variable: 'PMI_RANK' };
  expect(findLaunch({ PMI_RANK: '2', PMI_SIZE: '3' })).toEqual(mpich);
  const slurm = { rank: 0, size: 8, kind: null, variable: 'PMIX_RANK' };
  expect(findLaunch({ PMIX_RANK: '0', SLURM_NTASKS: '8' })).toEqual(slurm);
});

test('a batch script of Slurm is not one of several processes', () => {
  expect(findLaunch({ SLURM_NTASKS: '8', SLURM_PROCID: '0', SLURM_JOB_ID: '1' })).toBeNull();
});

test('UNROLLED_MPI names the only file that is tried', () => {
  const { mpi, attempts, reason } = findMpi(null, { UNROLLED_MPI: '/nowhere/libmpi.so' });
  expect(mpi).toBeNull();
  expect(attempts).toEqual([{ file: '/nowhere/libmpi.so', outcome: 'missing', reason: 'not found' }]);
  expect(reason).toBe('/nowhere/libmpi.so: not found');
});

testMpi('the library of another launcher is refused, with its reason', () => {
  const { mpi, attempts } = findMpi('MPICH', { UNROLLED_MPI: findMpi('Open MPI', {}).mpi?.file });
  expect(mpi).toBeNull();
  expect(attempts[0]).toMatchObject({
    outcome: 'broken',
    reason: 'it is of Open MPI, and the processes were started by a launcher of MPICH',
  });
});
