import { hostname } from 'node:os';
import { UnrolledError } from '../../errors.ts';
import type { Group } from '../group.ts';
import type { Launch } from './launch.ts';
import { MpiGroup } from './mpi-group.ts';
import { findMpi } from './search.ts';

/** Options of `openMpi`. */
export interface MpiOptions {
  /** The program of the thread that calls MPI: mpi-thread.js. */
  readonly script: URL;
  /** How long a rank may give no sign of life while another waits for it, in seconds. */
  readonly timeout: number;
}

/**
 * The group of the processes that a launcher started, connected by MPI.
 * @throws {UnrolledError} `mpi-missing` when there is no usable library, or it finds other processes than the launcher started
 */
export async function openMpi({ kind, size }: Launch, { script, timeout }: MpiOptions): Promise<Group> {
  const { mpi, reason } = findMpi(kind);
  if (!mpi) throw missing(`${reason}`);
  const group = await MpiGroup.start(script, { file: mpi.file, timeout });
  if (size !== null && group.size !== size) {
    group.abort();
    throw missing(
      `${mpi.file} (${mpi.version}) finds ${group.size} of the ${size} processes that were started`,
    );
  }
  await group.introduce(hostname(), process.pid);
  return group;
}

function missing(reason: string): UnrolledError {
  return new UnrolledError(
    'mpi-missing',
    `mpi: ${reason}; several processes need the MPI library of the launcher that started them. Install it and the package ` +
      'koffi, or set UNROLLED_MPI to its file. See unrolled doctor.',
  );
}
