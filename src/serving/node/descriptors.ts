import { readdirSync } from 'node:fs';
import { UnrolledError } from '../../errors.ts';

/** Descriptors that are not for connections: files that are read, and the one that accepts a connection to drop it. */
const RESERVED = 16;
/** Below this, a server is hardly usable. */
const MIN_CONNECTIONS = 16;

/**
 * The number of connections that the system's limit of open files leaves to this process; Infinity where it is unknown.
 * @throws {UnrolledError} `address` if these are too few
 */
export function connectionsLeft(): number {
  const limit = fileLimit();
  const open = openFiles();
  const left = limit - open - RESERVED;
  if (left >= MIN_CONNECTIONS) return left;
  throw new UnrolledError(
    'address',
    `serve: the process may open ${limit} files and has ${open} open; it needs at least ${open + RESERVED + MIN_CONNECTIONS}. ` +
      'Raise the limit with ulimit -n.',
  );
}

interface Limited {
  readonly userLimits?: { readonly open_files?: { readonly soft: number | 'unlimited' } };
}

/** The limit of open files (`ulimit -n`). */
function fileLimit(): number {
  const report = Object.assign(process.report ?? {}, { excludeNetwork: true }); // resolving addresses may take seconds
  const { userLimits } = ('getReport' in report ? report.getReport() : {}) as Limited;
  const soft = userLimits?.open_files?.soft;
  return typeof soft === 'number' ? soft : Number.POSITIVE_INFINITY;
}

function openFiles(): number {
  try {
    return readdirSync('/dev/fd').length;
  } catch {
    return 0; // Windows has neither the folder nor the limit
  }
}
