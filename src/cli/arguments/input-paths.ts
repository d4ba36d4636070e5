import { fstatSync, realpathSync, type Stats, statSync } from 'node:fs';
import { devNull } from 'node:os';
import { UnrolledError } from '../../errors.ts';
import { displayName, isStandardInput } from '../files/standard-input.ts';

/** Character devices that come to an end: terminals. */
const TERMINALS = /^\/dev\/(tty|pts\/|console)/;

/**
 * Refuses, before any work, what can't be read, by its kind: a folder, a socket, a disk, a device without an end; and what
 * can be read only once but is named twice: standard input, a pipe, a terminal. Of what isn't there, or may not be looked
 * at, the reader says so. Throws UnrolledError.
 * @param streams those of the paths that need no end
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
        `${displayName(path)}: it is named twice, and can be read only once. Name a file in its place.`,
      );
    }
    if (identity !== null) seen.add(identity);
  }
}

/** undefined where there is nothing to look at. */
function statsOf(path: string): Stats | undefined {
  try {
    return isStandardInput(path) ? fstatSync(0) : statSync(path);
  } catch {
    return undefined;
  }
}

/** What can't be read, and what to do. */
function unreadableKind(path: string, stats: Stats, mayBeEndless: boolean): string | null {
  if (stats.isDirectory()) return 'a folder; it needs a file. Name a file in it';
  if (stats.isBlockDevice()) return 'a disk; it needs a file or a pipe. Name a file on it';
  if (isStandardInput(path)) return null;
  if (stats.isSocket()) return 'a socket; it needs a file or a pipe. Name one';
  const isEndless = !mayBeEndless && stats.isCharacterDevice() && path !== devNull && !isTerminal(path);
  return isEndless ? 'a device without an end; it needs a file or a pipe. Name one' : null;
}

function isTerminal(path: string): boolean {
  try {
    return TERMINALS.test(realpathSync(path));
  } catch {
    return true; // one that another container has
  }
}

/** Of what can be read only once; null for files, which can be read as often as one likes. */
function identityOf(path: string, stats: Stats | undefined): string | null {
  const isOnce = stats !== undefined && !stats.isFile() && path !== devNull;
  if (isOnce) return `${stats.dev}:${stats.ino}`;
  return isStandardInput(path) ? displayName(path) : null;
}
