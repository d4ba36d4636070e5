import { linkSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { UnrolledError } from '../../../errors.ts';
import { errorCode, fileError } from '../../../formats/file-error.ts';
import { stemOf } from '../../../recipe/store.ts';
import { isRunning, type ProcessIdentity, thisProcess } from '../../machine/process-identity.ts';
import { followLinks } from '../target.ts';
import { temporaryBeside } from '../temporary.ts';
import { createFile } from '../write.ts';

/** How often to retry if the lock disappears while it is examined. */
const TRIES = 100;

/**
 * Locks an output file, so that no other run writes it: creates a lock file next to it that names this process. The lock of a process that
 * has ended is taken over. Returns a function that releases the lock, which also happens when the process exits.
 * @throws UnrolledError `file-in-use` when another run holds the lock
 */
export function lockFile(path: string): () => void {
  const lock = lockOf(path);
  try {
    for (let tries = 0; tries < TRIES; tries++) {
      const mine = JSON.stringify({ ...thisProcess(), token: crypto.randomUUID() });
      if (create(lock, mine)) return held(lock, mine);
      const theirs = contentsOf(lock);
      if (theirs === null) continue;
      checkEnded(path, lock, theirs);
      takeAway(lock, theirs);
    }
  } catch (error) {
    throw fileError(path, error);
  }
  throw inUse(path, 'another run is starting with it', 'Wait for that run');
}

/** Throws as `lockFile` does, without locking. */
export function checkUnlocked(path: string): void {
  const lock = lockOf(path);
  try {
    const theirs = contentsOf(lock);
    if (theirs !== null) checkEnded(path, lock, theirs);
  } catch (error) {
    throw fileError(path, error);
  }
}

/** The path of the lock file. `notes` and `notes.safetensors` share checkpoints, so they share a lock. */
function lockOf(path: string): string {
  const target = followLinks(path);
  return join(dirname(target), `.${stemOf(basename(target))}.unrolled-lock`);
}

/** Creates the lock file, atomically if the file system has hard links. Returns false if it exists. */
function create(lock: string, text: string): boolean {
  const temporary = temporaryBeside(lock);
  try {
    createFile(temporary, Buffer.from(text));
    linkSync(temporary, lock);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    if (!['EPERM', 'ENOTSUP', 'ENOSYS', 'EOPNOTSUPP', 'EMLINK'].includes(errorCode(error) ?? '')) throw error;
    return createWithoutLinks(lock, text);
  } finally {
    rmSync(temporary, { force: true });
  }
}

function createWithoutLinks(lock: string, text: string): boolean {
  try {
    createFile(lock, Buffer.from(text));
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

function contentsOf(lock: string): string | null {
  try {
    return readFileSync(lock, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  }
}

/** Throws unless the process named in the lock has ended. */
function checkEnded(path: string, lock: string, text: string): void {
  const holder = holderOf(text);
  if (holder === null) throw inUse(path, `its lock ${lock} is invalid`, 'If no run uses it, remove the lock');
  const running = isRunning(holder);
  if (running === false) return;
  const { host, pid } = holder;
  if (running === true) throw inUse(path, `process ${pid} is writing it`, 'Wait for that run');
  throw inUse(path, `process ${pid} on ${host} is writing it`, `If that run has ended, remove ${lock}`);
}

function holderOf(text: string): ProcessIdentity | null {
  try {
    const { host, pid, began } = Object(JSON.parse(text));
    const known = typeof host === 'string' && Number.isSafeInteger(pid) && typeof began === 'string';
    return known ? { host, pid, began } : null;
  } catch {
    return null;
  }
}

/** Removes a lock, unless another process has replaced it since it was read. */
function takeAway(lock: string, text: string): void {
  const aside = temporaryBeside(lock);
  try {
    renameSync(lock, aside);
    if (readFileSync(aside, 'utf8') !== text) linkSync(aside, lock);
  } catch (error) {
    if (!['ENOENT', 'EEXIST'].includes(errorCode(error) ?? '')) throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

function held(lock: string, text: string): () => void {
  const release = () => {
    process.off('exit', release);
    try {
      if (contentsOf(lock) === text) rmSync(lock, { force: true });
    } catch {
      // The next run will find that this process has ended.
    }
  };
  process.on('exit', release);
  return release;
}

function inUse(path: string, what: string, remedy: string): UnrolledError {
  return new UnrolledError(
    'file-in-use',
    `${path}: ${what}; two runs can't share an output. ${remedy}, or choose another name.`,
  );
}
