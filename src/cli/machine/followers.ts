import { Writable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { findLaunch } from '../../distributed/mpi/launch.ts';
import { UnrolledError } from '../../errors.ts';
import { type Host, host, setHost } from '../terminal/host.ts';

/**
 * How long a rank other than 0 waits before it prints an error, in milliseconds: rank 0 usually has the same one, prints it
 * and ends all.
 */
const HESITATION_MS = 2000;

/** The host of a rank that prints nothing. */
let silenced: Host | null = null;

/** Whether a launcher such as mpirun started this process as another rank than 0. */
export function isFollower(): boolean {
  return (findLaunch(host().env)?.rank ?? 0) > 0;
}

/** From now on, this process prints nothing, not even the help: rank 0 does. */
export function silence(): void {
  silenced = host();
  const sink = () => new Writable({ write: (_, __, done) => done() });
  setHost(Object.create(silenced, { stdout: { value: sink() }, stderr: { value: sink() } }) as Host);
}

/** Resolves when this process may print its error: rank 0 at once, another one only if rank 0 has none. */
export async function letRankZeroPrint(error: unknown): Promise<void> {
  if (!isFollower() || (error instanceof UnrolledError && error.code === 'ranks-differ')) return;
  await setTimeout(HESITATION_MS);
  if (silenced) setHost(silenced);
  silenced = null;
}
