import { nodeBuiltin } from '../threads/platform.ts';
import type { Blas } from './blas.ts';
import { type Koffi, loadBlas, loadKoffi } from './library.ts';

/** A file that was looked for. */
export interface BlasAttempt {
  readonly file: string;
  readonly outcome: 'works' | 'missing' | 'broken';
  /** Why it can't be used, in a few words; null for the one that works. */
  readonly reason: string | null;
}

/** What a search found, and what it came across. */
export interface BlasSearch {
  readonly blas: Blas | null;
  /** The file that `UNROLLED_BLAS` names, null when it names none. */
  readonly wish: string | null;
  /** The version of the package koffi; null where it can't be used. */
  readonly koffi: string | null;
  /** In order, up to the one that works; none without koffi. */
  readonly attempts: readonly BlasAttempt[];
  /** Why there is no BLAS, in one line; null when there is one. */
  readonly reason: string | null;
}

/** Where a BLAS with a C interface is usually found, the fastest first. */
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

/** Looks for a BLAS: the file named by `UNROLLED_BLAS`, or the usual ones. Loads the first that works. */
export function findBlas(): BlasSearch {
  const none = { blas: null, wish: null, koffi: null, attempts: [] };
  const process = nodeBuiltin<typeof import('node:process')>('process');
  if (!process) return { ...none, reason: 'a page can load no system library' };
  const wish = wishOf(process);
  const koffi = openKoffi();
  if (typeof koffi === 'string') return { ...none, wish, reason: koffi };
  const wanted = wish === null ? (files[process.platform] ?? []) : [wish];
  const { blas, attempts } = tryFiles(wanted, koffi);
  return { blas, wish, koffi: koffi.version, attempts, reason: blas ? null : reasonOf(attempts) };
}

/**
 * One line about a BLAS that is not used: one that was named, or one that is installed and broken. Null when
 * a BLAS is used, and when none is installed, which is no error.
 */
export function unusedBlasNotice({ blas, wish, attempts, reason }: BlasSearch): string | null {
  if (blas || !(wish !== null || attempts.some(({ outcome }) => outcome === 'broken'))) return null;
  const named = wish === null ? '' : 'UNROLLED_BLAS names ';
  const file = attempts.length === 0 ? `${wish}: ` : '';
  return `blas: ${named}${file}${reason}; the backend wasm computes instead. See unrolled doctor.`;
}

/** The file that the environment names; none where a runtime such as Deno doesn't show it. */
function wishOf(process: typeof import('node:process')): string | null {
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
    return missing ? 'the package koffi is not installed' : `koffi does not load (${firstLine(error)})`;
  }
}

function tryFiles(wanted: readonly string[], koffi: Koffi): Pick<BlasSearch, 'blas' | 'attempts'> {
  const attempts: BlasAttempt[] = [];
  for (const file of wanted) {
    try {
      const blas = loadBlas(file, koffi);
      return { blas, attempts: [...attempts, { file, outcome: 'works', reason: null }] };
    } catch (error) {
      attempts.push({ file, ...judge(firstLine(error)) });
    }
  }
  return { blas: null, attempts };
}

/** The meaning of koffi's message about a file; after the first colon it is the system's. */
function judge(message: string): Omit<BlasAttempt, 'file'> {
  const [, symbol] = /^Cannot find function '(\w+)'/.exec(message) ?? [];
  if (symbol) return { outcome: 'broken', reason: `there is no ${symbol} in it` };
  const [, system = message] = /^Failed to load shared library: (.*)/.exec(message) ?? [];
  const missing = /no such file|module could not be found/i.test(system);
  // Such a file is there, and what it needs is not.
  const incomplete = /^(?!cannot)[^ ]+: cannot open|\(needed by|Library not loaded/.test(system);
  if (missing && !incomplete) return { outcome: 'missing', reason: 'not found' };
  return { outcome: 'broken', reason: `it can't be loaded (${system})` };
}

/** Of several files, reports the broken one, which can be repaired. */
function reasonOf(attempts: readonly BlasAttempt[]): string {
  const told = attempts.find(({ outcome }) => outcome === 'broken') ?? attempts[0];
  if (!told) return 'no library is known for this system';
  if (told.outcome === 'broken' || attempts.length === 1) return `${told.file}: ${told.reason}`;
  return `none of ${attempts.map(({ file }) => file).join(', ')} is installed`;
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0];
}
