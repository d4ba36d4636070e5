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
import { outputError, resolveTarget } from './target.ts';
import { temporaryBeside } from './temporary.ts';

/** The mode of a new file, before the umask. */
const PLAIN = 0o666;

/**
 * Replaces a file atomically: writes a temporary file next to it, syncs it and renames it. On any error the old file is unchanged
 * and the temporary file is removed. The owner and mode of the old file are kept. Throws UnrolledError.
 * @param mode the mode of a file that didn't exist, before the umask
 */
export function writeFileAtomically(path: string, bytes: Uint8Array, mode: number = PLAIN): void {
  const { path: target, old } = resolveTarget(path);
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

/** Checks before any work that an output can be written. Throws UnrolledError if it can't. */
export function checkWritable(path: string): void {
  const temporary = temporaryBeside(resolveTarget(path).path);
  try {
    createFile(temporary, new Uint8Array(), PLAIN);
    rmSync(temporary);
  } catch (error) {
    throw outputError(path, error);
  }
}

/** Writes and syncs a new file, with the owner and mode of `old` if given. */
export function createFile(path: string, bytes: Uint8Array, mode: number = PLAIN, old?: Stats): void {
  // Private until it has the mode of the old file.
  const file = openSync(path, 'wx', old ? 0o600 : mode & PLAIN);
  try {
    writeFileSync(file, bytes);
    if (old) giveTo(file, old);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Sets the owner and the group, as far as permitted, and the mode. */
function giveTo(file: number, { uid, gid, mode }: Stats): void {
  for (const owner of [uid, process.geteuid?.() ?? uid]) {
    try {
      fchownSync(file, owner, gid);
      break;
    } catch {
      // Only root can change the owner.
    }
  }
  fchmodSync(file, mode & 0o7777);
}

/** Syncs a folder, so that a rename survives a power failure. Not all systems support it. */
function syncFolder(path: string): void {
  try {
    const folder = openSync(path, 'r');
    try {
      fsyncSync(folder);
    } finally {
      closeSync(folder);
    }
  } catch {
    // The file itself has been written.
  }
}
