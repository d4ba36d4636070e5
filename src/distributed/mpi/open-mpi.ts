import { hostname } from 'node:os';
import { UnrolledError } from '../../errors.ts';
import type { Group } from '../group.ts';
import type { Launch } from './launch.ts';
import { MpiGroup } from './mpi-group.ts';
import { findMpi } from './search.ts';

/** The least timeout, in seconds: on a busy machine, a rank is silent for two, though it gives a sign every second. */
const LEAST_TIMEOUT = 5;

/** Options of `openMpi`. */
export interface MpiOptions {
  /** The program of the thread that calls MPI: mpi-thread.js. */
  readonly script: URL;
  /** How long a rank may give no sign of life while another waits for it, in seconds; at least 5. */
  readonly timeout: number;
}

/**
 * The group of the processes that a launcher started, connected by MPI.
 * @throws {UnrolledError} `mpi-missing` when there is no usable library, or it finds other processes than the launcher started;
 *   `option-value` when the timeout is too short
 */
export async function openMpi(launch: Launch, { script, timeout }: MpiOptions): Promise<Group> {
  const { kind, size } = launch;
  checkTimeout(timeout);
  const { mpi, reason } = findMpi(kind);
  if (!mpi) throw missing(launch, `${reason}`);
  const group = await MpiGroup.start(script, { file: mpi.file, timeout });
  if (size !== null && group.size !== size) {
    // All processes have this error, and each says it itself, since the others may not exist: an abort would come before.
    await group.close();
    throw missing(launch, `${mpi.file} (${mpi.version}) finds ${group.size} of the ${size} processes`);
  }
  await group.introduce(hostname(), process.pid);
  return group;
}

function checkTimeout(seconds: number): void {
  if (seconds >= LEAST_TIMEOUT) return;
  throw new UnrolledError(
    'option-value',
    `mpi: the timeout is ${seconds} seconds; it must be at least ${LEAST_TIMEOUT}, since a busy rank may be silent for two. ` +
      'Use a longer --mpi-timeout.',
  );
}

/** Another rank than 0 names itself: its machine may be the only one with this error. */
function missing({ rank, variable }: Launch, reason: string): UnrolledError {
  const who = rank === 0 ? '' : `rank ${rank} on ${hostname()} (process ${process.pid}): `;
  return new UnrolledError(
    'mpi-missing',
    `${who}mpi: ${reason}; several processes need the MPI library of the launcher that started them. Install it and the package ` +
      `koffi, or set UNROLLED_MPI to its file. See unrolled doctor. If no launcher started this process, unset ${variable}.`,
  );
}
