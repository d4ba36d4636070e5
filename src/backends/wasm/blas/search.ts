import { nodeBuiltin } from '../threads/platform.ts';
import type { Blas } from './blas.ts';
import { type Koffi, loadBlas, loadKoffi } from './library.ts';

/** A library file that the search tried. */
export interface BlasAttempt {
  /** The name or path of the file. */
  readonly file: string;
  /** `broken`: the file exists but can't be used. */
  readonly outcome: 'works' | 'missing' | 'broken';
  /** Why it can't be used, in a few words; null if it works. */
  readonly reason: string | null;
}

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

/** The usual names of BLAS libraries with a C interface, the fastest first. */
const files: Readonly<Record<string, readonly string[]>> = {
  linux: [
    'libopenblas.so.0', // Debian, Arch, Fedora's serial one
    'libopenblas.so.3', // Alpine
    'libopenblasp.so.0', // Fedora's threaded one
    'libopenblas.so',
    'libmkl_rt.so.2',
    'libblis.so.4',
    'libcblas.so.3',
    'libblas.so.3',
  ],
  darwin: [
    '/System/Library/Frameworks/Accelerate.framework/Accelerate',
    '/opt/homebrew/opt/openblas/lib/libopenblas.dylib',
    '/usr/local/opt/openblas/lib/libopenblas.dylib',
  ],
  win32: ['libopenblas.dll', 'openblas.dll', 'mkl_rt.2.dll'],
};

/** Searches for a BLAS, the file in `UNROLLED_BLAS` or the usual ones, and loads the first that works. */
export function findBlas(): BlasSearch {
  const none = { blas: null, requested: null, koffi: null, attempts: [] };
  const process = nodeBuiltin<typeof import('node:process')>('process');
  if (!process) return { ...none, reason: "a page can't load system libraries" };
  const requested = requestedFile(process);
  const koffi = openKoffi();
  if (typeof koffi === 'string') return { ...none, requested, reason: koffi };
  const wanted = requested === null ? (files[process.platform] ?? []) : [requested];
  const { blas, attempts } = tryFiles(wanted, koffi);
  return { blas, requested, koffi: koffi.version, attempts, reason: blas ? null : reasonOf(attempts) };
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

/** The value of `UNROLLED_BLAS`; null if it is not set, or if a runtime such as Deno denies access to it. */
function requestedFile(process: typeof import('node:process')): string | null {
  try {
    return process.env.UNROLLED_BLAS || null;
  } catch {
    return null;
  }
}

/** koffi, or why it can't be used. */
function openKoffi(): Koffi | string {
  try {
    return loadKoffi();
  } catch (error) {
    const missing = Object(error).code === 'MODULE_NOT_FOUND';
    return missing ? 'the package koffi is not installed' : `koffi can't be loaded (${firstLine(error)})`;
  }
}

function tryFiles(wanted: readonly string[], koffi: Koffi): Pick<BlasSearch, 'blas' | 'attempts'> {
  const attempts: BlasAttempt[] = [];
  for (const file of wanted) {
    try {
      const blas = loadBlas(file, koffi);
      return { blas, attempts: [...attempts, { file, outcome: 'works', reason: null }] };
    } catch (error) {
      attempts.push({ file, ...classifyError(firstLine(error)) });
    }
  }
  return { blas: null, attempts };
}

/** Interprets koffi's error about a file; the part after the first colon comes from the system. */
function classifyError(message: string): Omit<BlasAttempt, 'file'> {
  const [, symbol] = /^Cannot find function '(\w+)'/.exec(message) ?? [];
  if (symbol) return { outcome: 'broken', reason: `it has no ${symbol}` };
  const [, system = message] = /^Failed to load shared library: (.*)/.exec(message) ?? [];
  const missing = /no such file|module could not be found/i.test(system);
  // The file exists, but one of its own dependencies is missing.
  const incomplete = /^(?!cannot)[^ ]+: cannot open|\(needed by|Library not loaded/.test(system);
  if (missing && !incomplete) return { outcome: 'missing', reason: 'not found' };
  return { outcome: 'broken', reason: `it can't be loaded (${system})` };
}

/** Of several files, reports the broken one: it can be repaired. */
function reasonOf(attempts: readonly BlasAttempt[]): string {
  const reported = attempts.find(({ outcome }) => outcome === 'broken') ?? attempts[0];
  if (!reported) return 'no library is known for this system';
  if (reported.outcome === 'broken' || attempts.length === 1) return `${reported.file}: ${reported.reason}`;
  return `none of ${attempts.map(({ file }) => file).join(', ')} is installed`;
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0];
}
