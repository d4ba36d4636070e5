import {
  closeSync,
  fchmodSync,
  fchownSync,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
  type Stats,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { fileError } from '../../formats/file-error.ts';
import { openTarget } from './target.ts';
import { temporaryBeside } from './temporary.ts';

/** What a new file permits, less the umask. */
const PLAIN = 0o666;

/**
 * Puts the bytes in place of the file at once: written beside it, synced, renamed. Whatever goes
 * wrong, the old file stays whole and nothing stays beside it. The new one has its owner and mode. Throws UnrolledError.
 * @param mode the most that a file may permit that replaces none
 */
export function writeFileAtomically(path: string, bytes: Uint8Array, mode: number = PLAIN): void {
  const { path: target, old } = openTarget(path);
  const temporary = temporaryBeside(target);
  try {
    createFile(temporary, bytes, mode, old);
    renameSync(temporary, target);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw fileError(path, error);
  }
  syncFolder(dirname(target));
}

/** Finds out before the work whether its result can be written. Throws UnrolledError when it can't. */
export function checkWritable(path: string): void {
  const temporary = temporaryBeside(openTarget(path).path);
  try {
    createFile(temporary, new Uint8Array(), PLAIN);
    rmSync(temporary);
  } catch (error) {
    throw fileError(path, error);
  }
}

/** Writes a file that isn't there yet, as the old one is where one is given, and syncs it. */
export function createFile(path: string, bytes: Uint8Array, mode: number = PLAIN, old?: Stats): void {
  // Nobody may read in between what only the owner could.
  const file = openSync(path, 'wx', old ? 0o600 : mode & PLAIN);
  try {
    writeFileSync(file, bytes);
    if (old) giveTo(file, old);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** The owner and the group as far as this user may give them, and the mode. */
function giveTo(file: number, { uid, gid, mode }: Stats): void {
  for (const owner of [uid, process.geteuid?.() ?? uid]) {
    try {
      fchownSync(file, owner, gid);
      break;
    } catch {
      // Only root gives files away.
    }
  }
  fchmodSync(file, mode & 0o7777);
}

/** Without this, a machine that loses its power may forget the new name. Some systems sync no folders. */
function syncFolder(path: string): void {
  try {
    const folder = openSync(path, 'r');
    try {
      fsyncSync(folder);
    } finally {
      closeSync(folder);
    }
  } catch {
    // The file is there all the same.
  }
}
