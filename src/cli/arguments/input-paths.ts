import { fstatSync, realpathSync, type Stats, statSync } from 'node:fs';
import { devNull } from 'node:os';
import { UnrolledError } from '../../errors.ts';
import { displayName, isStandardInput } from '../files/standard-input.ts';

/** Character devices whose input ends: terminals. */
const TERMINALS = /^\/dev\/(tty|pts\/|console)/;

/**
 * Checks the input paths before any work. Throws UnrolledError for paths of a kind that can't be read (a folder, a socket, a disk, an
 * endless device) and for an input that can be read only once but is given twice (standard input, a pipe, a terminal).
 * Missing and inaccessible files are left to the reader.
 * @param streams the paths that may be endless
 */
export function checkInputPaths(
  paths: readonly (string | null | undefined)[],
  streams: readonly (string | null | undefined)[] = [],
): void {
  const seen = new Set<string>();
  for (const path of paths) {
    if (path === null || path === undefined) continue;
    const stats = statsOf(path);
    const kind = stats && unreadableKind(path, stats, streams.includes(path));
    if (kind) throw new UnrolledError('file-kind', `${displayName(path)}: this is ${kind}.`);
    const identity = identityOf(path, stats);
    if (identity !== null && seen.has(identity)) {
      throw new UnrolledError(
        'file-in-use',
        `${displayName(path)}: given twice, but it can be read only once. Use a file instead.`,
      );
    }
    if (identity !== null) seen.add(identity);
  }
}

/** undefined if the path is missing or inaccessible. */
function statsOf(path: string): Stats | undefined {
  try {
    return isStandardInput(path) ? fstatSync(0) : statSync(path);
  } catch {
    return undefined;
  }
}

/** Why a path can't be read and what to use instead; null if it can. */
function unreadableKind(path: string, stats: Stats, mayBeEndless: boolean): string | null {
  if (stats.isDirectory()) return 'a folder; it needs a file. Choose a file in it';
  if (stats.isBlockDevice()) return 'a disk; it needs a file or a pipe. Choose a file on it';
  if (isStandardInput(path)) return null;
  if (stats.isSocket()) return 'a socket; it needs a file or a pipe. Choose another path';
  const isEndless = !mayBeEndless && stats.isCharacterDevice() && path !== devNull && !isTerminal(path);
  return isEndless ? 'an endless device; it needs a file or a pipe. Choose another path' : null;
}

function isTerminal(path: string): boolean {
  try {
    return TERMINALS.test(realpathSync(path));
  } catch {
    return true; // a terminal of another container
  }
}

/** Identifies an input that can be read only once; null for files, which can be read again. */
function identityOf(path: string, stats: Stats | undefined): string | null {
  const isOnce = stats !== undefined && !stats.isFile() && path !== devNull;
  if (isOnce) return `${stats.dev}:${stats.ino}`;
  return isStandardInput(path) ? displayName(path) : null;
}
