import {
  type LibraryAttempt,
  loadFirst,
  tryKoffi,
  UnsuitableLibrary,
  whyNone,
} from '../../native/library-search.ts';
import type { Launch } from './launch.ts';
import { loadKoffi, loadMpi, type MpiLibrary } from './library.ts';

/** The result of a search for an MPI library. */
export interface MpiSearch {
  /** The loaded library, which is not initialised; null if none works. */
  readonly mpi: MpiLibrary | null;
  /** The value of `UNROLLED_MPI`; null if it is not set. */
  readonly requested: string | null;
  /** The tried files in order, up to the one that works; empty without koffi. */
  readonly attempts: readonly LibraryAttempt[];
  /** Why no library was found, in one line; null if one was. */
  readonly reason: string | null;
}

/** The usual names: of the standard ABI, of Open MPI, and of MPICH and those compatible with it. */
const files: Readonly<Record<string, readonly string[]>> = {
  linux: [
    ...['libmpi_abi.so.1', 'libmpi_abi.so.0', 'libmpi_abi.so'],
    ...['libmpi.so.40', 'libmpi.so.80', 'libmpi.so'],
    ...['libmpi.so.12', 'libmpich.so.12'],
  ],
  darwin: ['', '/opt/homebrew/lib/', '/usr/local/lib/'].flatMap((folder) =>
    ['libmpi_abi.dylib', 'libmpi.dylib'].map((name) => folder + name),
  ),
};

/**
 * Searches for an MPI library, the file in `UNROLLED_MPI` or the usual ones, and loads the first that works.
 * @param kind the kind that the launcher needs: the processes of another kind's library would not find one another
 */
export function findMpi(kind: Launch['kind'] = null, env: NodeJS.ProcessEnv = process.env): MpiSearch {
  const requested = env.UNROLLED_MPI || null;
  const koffi = tryKoffi(loadKoffi);
  if (typeof koffi === 'string') return { mpi: null, requested, attempts: [], reason: koffi };
  const wanted = requested === null ? (files[process.platform] ?? []) : [requested];
  const { library: mpi, attempts } = loadFirst(wanted, (file) => {
    const found = loadMpi(file, koffi);
    const own = /open mpi/i.test(found.version) ? 'Open MPI' : 'MPICH';
    if (kind !== null && own !== kind) {
      throw new UnsuitableLibrary(`it is of ${own}, and the processes were started by a launcher of ${kind}`);
    }
    return found;
  });
  return { mpi, requested, attempts, reason: mpi ? null : whyNone(attempts) };
}
