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
import { abortAtEnd, closeGroup } from './opened-group.ts';

/**
 * The processes that a launcher such as mpirun started; without one, this process alone. From now on, if one fails, all end.
 * @param command the name of the command, for messages
 * @param timeout how long a rank may give no sign of life, in seconds
 * @throws {UnrolledError} `mpi-missing` without a usable MPI library, `ranks-differ` when versions or flags differ
 */
export async function openRanks(command: string, timeout: number): Promise<Group> {
  const launch = findLaunch(host().env);
  if (!launch) return single;
  const group = await openMpi(launch, { script: new URL('./mpi-thread.js', import.meta.url), timeout });
  abortAtEnd(group);
  await withCommonEnd(
    checkAgreement(group, command, [
      { what: 'version', value: version(), advice: 'Install one version everywhere.' },
      { what: 'flags', value: `"${process.argv.slice(3).join(' ')}"`, advice: 'Start one command.' },
    ]),
  );
  return group;
}

/** Runs a command on all ranks to its end. The work must have the same calls of the group on each. Returns the exit status. */
export async function onAllRanks(
  command: string,
  timeout: number,
  work: (group: Group) => Promise<number>,
): Promise<number> {
  const group = await openRanks(command, timeout);
  try {
    const status = await withCommonEnd(work(group));
    await closeGroup();
    return status;
  } catch (error) {
    throw errorOf(group, error);
  }
}

/**
 * The threads of each rank: those asked for on all ranks, or the cores of a machine divided among its ranks; undefined for one
 * process with all cores.
 */
export async function threadsPerRank(group: Group, asked: number | undefined): Promise<number | undefined> {
  if (asked !== undefined || group.size === 1) return asked;
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
