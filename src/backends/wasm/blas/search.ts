import { checkLibraryFile, type Machine } from '../../../native/library-file.ts';
import { type LibraryAttempt, loadFirst, tryKoffi, whyNone } from '../../../native/library-search.ts';
import { nodeBuiltin } from '../threads/platform.ts';
import type { Blas } from './blas.ts';
import { checkProducts } from './check-products.ts';
import { environmentLibraries } from './environment.ts';
import { type Koffi, loadBlas, loadKoffi } from './library.ts';

/** A library file that the search tried. */
export type BlasAttempt = LibraryAttempt;

/** The result of a search for a BLAS. */
export interface BlasSearch {
  /** The loaded library; null if none works. */
  readonly blas: Blas | null;
  /** The value of `UNROLLED_BLAS`; null if it is not set. */
  readonly requested: string | null;
  /** The version of the package koffi; null if it can't be loaded. */
  readonly koffi: string | null;
  /** The tried files in order, up to the one that works; empty without koffi. */
  readonly attempts: readonly BlasAttempt[];
  /** Why no BLAS was found, in one line; null if one was. */
  readonly reason: string | null;
}

/** The usual names of fast BLAS libraries with a C interface, in order. */
const files: Readonly<Record<string, readonly string[]>> = {
  linux: [
    'libopenblas.so.0', // Debian, Arch, Fedora's serial one
    'libopenblas.so.3', // Alpine
    'libopenblasp.so.0', // Fedora's threaded one
    'libopenblas.so',
    'libmkl_rt.so.3',
    'libmkl_rt.so.2',
    'libblis.so.4',
  ],
  darwin: [
    '/System/Library/Frameworks/Accelerate.framework/Accelerate',
    '/opt/homebrew/opt/openblas/lib/libopenblas.dylib',
    '/usr/local/opt/openblas/lib/libopenblas.dylib',
  ],
  win32: ['libopenblas.dll', 'openblas.dll', 'mkl_rt.2.dll'],
};

/** Any BLAS, which may be the slow reference one. */
const lastFiles: Readonly<Record<string, readonly string[]>> = { linux: ['libcblas.so.3', 'libblas.so.3'] };

/**
 * Searches for a BLAS, the file in `UNROLLED_BLAS` or the usual ones, and loads the first that works: those of the system,
 * then those of the active Python environment (`VIRTUAL_ENV`, `CONDA_PREFIX`).
 */
export function findBlas(): BlasSearch {
  const none = { blas: null, requested: null, koffi: null, attempts: [] };
  const process = nodeBuiltin<typeof import('node:process')>('process');
  if (!process) return { ...none, reason: "a page can't load system libraries" };
  const requested = requestedFile(process);
  const koffi = tryKoffi(loadKoffi);
  if (typeof koffi === 'string') return { ...none, requested, reason: koffi };
  const wanted = requested === null ? usualFiles(process) : [requested];
  const { library: blas, attempts } = loadFirst(wanted, (file) => loadChecked(file, koffi, process));
  return { blas, requested, koffi: koffi.version, attempts, reason: blas ? null : whyNone(attempts) };
}

/**
 * One line about a configured or installed BLAS that can't be used. Null if a BLAS is used, or if none is installed, which
 * is not an error.
 */
export function unusedBlasNotice({ blas, requested, attempts, reason }: BlasSearch): string | null {
  if (blas || !(requested !== null || attempts.some(({ outcome }) => outcome === 'broken'))) return null;
  const named = requested === null ? '' : 'UNROLLED_BLAS is ';
  const file = attempts.length === 0 ? `${requested}: ` : '';
  return `blas: ${named}${file}${reason}; using wasm instead. See unrolled doctor.`;
}

/** Loads a BLAS that can be used here. @throws if the file is damaged or unsuitable, or computes wrong products */
function loadChecked(file: string, koffi: Koffi, machine: Machine): Blas {
  const fs = nodeBuiltin<typeof import('node:fs')>('fs');
  if (fs) checkLibraryFile(file, fs, machine);
  const blas = loadBlas(file, koffi);
  checkProducts(blas);
  return blas;
}

/** The value of `UNROLLED_BLAS`; null if it is not set, or if a runtime such as Deno denies access to it. */
function requestedFile(process: typeof import('node:process')): string | null {
  try {
    return process.env.UNROLLED_BLAS || null;
  } catch {
    return null;
  }
}

function usualFiles(process: typeof import('node:process')): readonly string[] {
  const { platform } = process;
  const ofEnvironment = platform === 'linux' ? readEnvironment(process) : [];
  return [...(files[platform] ?? []), ...ofEnvironment, ...(lastFiles[platform] ?? [])];
}

/** None if a runtime such as Deno denies access to the environment. */
function readEnvironment(process: typeof import('node:process')): readonly string[] {
  try {
    return environmentLibraries(process.env);
  } catch {
    return [];
  }
}
