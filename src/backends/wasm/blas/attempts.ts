import type { Blas } from './blas.ts';
import { type Koffi, loadBlas } from './library.ts';

/** A library file that the search tried. */
export interface BlasAttempt {
  /** The name or path of the file. */
  readonly file: string;
  /** `broken`: the file exists but can't be used. */
  readonly outcome: 'works' | 'missing' | 'broken';
  /** Why it can't be used, in a few words; null if it works. */
  readonly reason: string | null;
}

interface Attempts {
  /** The loaded library; null if none works. */
  readonly blas: Blas | null;
  /** The tried files in order, up to the one that works. */
  readonly attempts: readonly BlasAttempt[];
}

/** Loads the first file that works. */
export function tryFiles(wanted: readonly string[], koffi: Koffi): Attempts {
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

/** The first line of an error's message. */
export function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0];
}
