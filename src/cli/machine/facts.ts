import { readFileSync } from 'node:fs';
import { findBlas } from '../../backends/wasm/blas/search.ts';
import type { Simd } from '../../backends/wasm/kernel-bytes.ts';
import { chooseSimd } from '../../backends/wasm/module.ts';
import { coreCount, sharingObstacle } from '../../backends/wasm/threads/platform.ts';
import { findMpi } from '../../distributed/mpi/search.ts';
import { UnrolledError } from '../../errors.ts';
import type { LibraryAttempt } from '../../native/library-search.ts';
import { host } from '../terminal/host.ts';
import { blasAdvice } from './advice.ts';
import { unlockRelaxedSimd } from './fast-backend.ts';
import { measureSpeeds, type Speed } from './speed.ts';

/** The result of `doctor`. */
export interface MachineFacts {
  readonly node: string;
  /** As Node names it: linux, darwin, win32. */
  readonly platform: string;
  readonly arch: string;
  readonly cores: number;
  /** The fastest kernels that this Node supports; null without SIMD. */
  readonly simd: Simd | null;
  readonly sharedMemory: boolean;
  /** The version of the package koffi; null if it can't be used. */
  readonly koffi: string | null;
  /** The value of the environment variable UNROLLED_BLAS. */
  readonly unrolledBlas: string | null;
  /** The library that `blas` uses. */
  readonly blas: string | null;
  /** Why there is none. */
  readonly blasReason: string | null;
  /** The libraries that were tried, up to the one that works. */
  readonly libraries: readonly LibraryAttempt[];
  /** The MPI library that several processes would use, and its version. */
  readonly mpi: string | null;
  readonly mpiVersion: string | null;
  /** The value of the environment variable UNROLLED_MPI. */
  readonly unrolledMpi: string | null;
  /** Why there is no MPI library. */
  readonly mpiReason: string | null;
  /** The MPI libraries that were tried, up to the one that works. */
  readonly mpiLibraries: readonly LibraryAttempt[];
  readonly speeds: readonly Speed[];
  /** The backend that `auto` selects. */
  readonly auto: 'blas' | 'wasm' | null;
  /** How to get a BLAS; empty if there is one. */
  readonly advice: readonly string[];
}

/** Examines the machine; the measurements take a few seconds. */
export async function examineMachine(): Promise<MachineFacts> {
  unlockRelaxedSimd();
  const { platform, arch, versions } = process;
  const search = findBlas();
  const { blas, requested, koffi, attempts, reason } = search;
  const simd = knownSimd();
  return {
    node: versions.node,
    platform,
    arch,
    cores: coreCount(),
    simd,
    sharedMemory: sharingObstacle() === null,
    koffi,
    unrolledBlas: requested,
    blas: blas?.file ?? null,
    blasReason: reason,
    libraries: attempts,
    ...mpiFacts(),
    speeds: simd === null ? [] : await measureSpeeds(blas, measuredSeconds()),
    auto: simd && (blas ? 'blas' : 'wasm'),
    advice: blasAdvice(search, platform, platform === 'linux' ? osRelease() : ''),
  };
}

function mpiFacts(): Pick<MachineFacts, 'mpi' | 'mpiVersion' | 'unrolledMpi' | 'mpiReason' | 'mpiLibraries'> {
  const { mpi, requested, attempts, reason } = findMpi();
  return {
    mpi: mpi?.file ?? null,
    mpiVersion: mpi?.version ?? null,
    unrolledMpi: requested,
    mpiReason: reason,
    mpiLibraries: attempts,
  };
}

/** The time to measure each speed. Tests set a shorter one. */
function measuredSeconds(): number {
  return Number(host().env.UNROLLED_MEASURED_SECONDS ?? 0.4);
}

function knownSimd(): Simd | null {
  try {
    return chooseSimd();
  } catch (error) {
    if (error instanceof UnrolledError) return null;
    throw error;
  }
}

/** The contents of /etc/os-release; empty if it is missing. */
function osRelease(): string {
  try {
    return readFileSync('/etc/os-release', 'utf8');
  } catch {
    return '';
  }
}
