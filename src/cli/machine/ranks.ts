import { hostname } from 'node:os';
import { coreCount } from '../../backends/wasm/threads/platform.ts';
import { checkAgreement, gatherJson } from '../../distributed/agreement.ts';
import type { Group } from '../../distributed/group.ts';
import { findLaunch } from '../../distributed/mpi/launch.ts';
import { openMpi } from '../../distributed/mpi/open-mpi.ts';
import { single } from '../../distributed/single.ts';
import { UnrolledError } from '../../errors.ts';
import { host } from '../terminal/host.ts';
import { version } from '../version.ts';
import { isFollower, silence } from './followers.ts';
import { abortAtEnd, closeGroup } from './opened-group.ts';

/**
 * The processes that a launcher such as mpirun started; without one, this process alone. From now on, only rank 0 prints, and if
 * one fails, all end.
 * @param timeout how long a rank may give no sign of life, in seconds
 * @throws {UnrolledError} `mpi-missing` without a usable MPI library, `ranks-differ` when versions or flags differ
 */
export async function openRanks(timeout: number): Promise<Group> {
  const launch = findLaunch(host().env);
  if (!launch) return single;
  if (isFollower()) silence();
  const group = await openMpi(launch, { script: new URL('./mpi-thread.js', import.meta.url), timeout });
  abortAtEnd(group);
  await withCommonEnd(
    checkAgreement(group, 'train', [
      { what: 'version', value: version(), advice: 'Install one version everywhere.' },
      { what: 'flags', value: `"${process.argv.slice(3).join(' ')}"`, advice: 'Start one command.' },
    ]),
  );
  return group;
}

/** The threads of each rank: the cores of a machine are divided among its ranks. */
export async function threadsPerRank(group: Group): Promise<number> {
  const hosts = await gatherJson(group, hostname());
  const here = hosts.filter((name) => name === hosts[group.rank]).length;
  return Math.max(1, Math.floor(coreCount() / here));
}

/** Waits for work of all ranks. If they differ, all have that error, and end as usual. */
export async function withCommonEnd<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof UnrolledError && error.code === 'ranks-differ') await closeGroup();
    throw error;
  }
}

/** The error of a rank other than 0, with its name. */
export function errorOf({ rank, names }: Group, error: unknown): unknown {
  if (rank === 0 || !(error instanceof UnrolledError)) return error;
  return new UnrolledError(error.code, `${names[rank]}: ${error.message}`, { cause: error });
}
