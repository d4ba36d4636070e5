/** A library file that a search tried. */
export interface LibraryAttempt {
  /** The name or path of the file. */
  readonly file: string;
  /** `broken`: the file exists but can't be used. */
  readonly outcome: 'works' | 'missing' | 'broken';
  /** Why it can't be used, in a few words; null if it works. */
  readonly reason: string | null;
}

/** A library that exists but is not suitable, in a few words: `it is of MPICH`. */
export class UnsuitableLibrary extends Error {}

/** Loads the first file that works; null if none does. The attempts end with it. */
export function loadFirst<Library>(
  files: readonly string[],
  load: (file: string) => Library,
): { readonly library: Library | null; readonly attempts: readonly LibraryAttempt[] } {
  const attempts: LibraryAttempt[] = [];
  for (const file of files) {
    try {
      const library = load(file);
      return { library, attempts: [...attempts, { file, outcome: 'works', reason: null }] };
    } catch (error) {
      attempts.push({ file, ...classifyError(error) });
    }
  }
  return { library: null, attempts };
}

/** Interprets koffi's error about a file; the part after the first colon comes from the system. */
function classifyError(error: unknown): Omit<LibraryAttempt, 'file'> {
  const message = firstLine(error);
  if (error instanceof UnsuitableLibrary) return { outcome: 'broken', reason: message };
  const [, symbol] = /^Cannot find function '(\w+)'/.exec(message) ?? [];
  if (symbol) return { outcome: 'broken', reason: `it has no ${symbol}` };
  const [, system = message] = /^Failed to load shared library: (.*)/.exec(message) ?? [];
  const missing = /no such file|module could not be found/i.test(system);
  // The file exists, but one of its own dependencies is missing.
  const incomplete = /^(?!cannot)[^ ]+: cannot open|\(needed by|Library not loaded/.test(system);
  if (missing && !incomplete) return { outcome: 'missing', reason: 'not found' };
  return { outcome: 'broken', reason: `it can't be loaded (${system})` };
}

/** Why no file works. Of several files, reports the broken one: it can be repaired. */
export function whyNone(attempts: readonly LibraryAttempt[]): string {
  const reported = attempts.find(({ outcome }) => outcome === 'broken') ?? attempts[0];
  if (!reported) return 'no library is known for this system';
  if (reported.outcome === 'broken' || attempts.length === 1) return `${reported.file}: ${reported.reason}`;
  return `none of ${attempts.map(({ file }) => file).join(', ')} is installed`;
}

/** The package koffi, or why it can't be used. */
export function tryKoffi<Koffi>(load: () => Koffi): Koffi | string {
  try {
    return load();
  } catch (error) {
    const missing = Object(error).code === 'MODULE_NOT_FOUND';
    return missing ? 'the package koffi is not installed' : `koffi can't be loaded (${firstLine(error)})`;
  }
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0];
}
