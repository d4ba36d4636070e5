import { Writable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { findLaunch } from '../../distributed/mpi/launch.ts';
import { UnrolledError } from '../../errors.ts';
import { type Host, host, setHost } from '../terminal/host.ts';
import { printNotice } from '../terminal/streams.ts';

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

/**
 * Says that this rank does nothing: rank 0 alone runs what was asked for. A program that a rank has started, or a terminal with a variable
 * that a launcher left over, would otherwise get no result and no reason.
 * @returns the exit status
 */
export function noticeIdle(asked: string): number {
  const launch = findLaunch(host().env);
  speak();
  printNotice(
    `${asked}: ${launch?.variable} says that this is rank ${launch?.rank}; only rank 0 runs it. To run it here, unset ${launch?.variable}.`,
  );
  return 0;
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
  speak();
}

/** Ends the silence. */
function speak(): void {
  if (silenced) setHost(silenced);
  silenced = null;
}
