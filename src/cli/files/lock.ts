import { linkSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { UnrolledError } from '../../errors.ts';
import { errorCode, fileError } from '../../formats/file-error.ts';
import { stemOf } from '../../recipe/store.ts';
import { isRunning, type ProcessIdentity, thisProcess } from '../machine/process-identity.ts';
import { followLinks } from './target.ts';
import { temporaryBeside } from './temporary.ts';
import { createFile } from './write.ts';

/** How often a lock that goes away in the same moment is tried again. */
const TRIES = 100;

/**
 * Takes the lock of an output, which no other run has meanwhile: a file beside it that names this process. That of a
 * process that has ended is taken over. Returns what gives it back, which the end of the process does too.
 * @throws UnrolledError `file-in-use` when another run has it
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
  throw inUse(path, 'another run starts there', 'Wait for it');
}

/** Throws as `lockFile` does, and takes nothing. */
export function checkUnlocked(path: string): void {
  const lock = lockOf(path);
  try {
    const theirs = contentsOf(lock);
    if (theirs !== null) checkEnded(path, lock, theirs);
  } catch (error) {
    throw fileError(path, error);
  }
}

/** `notes` and `notes.safetensors` have the same checkpoints, so the same lock. */
function lockOf(path: string): string {
  const target = followLinks(path);
  return join(dirname(target), `.${stemOf(basename(target))}.unrolled-lock`);
}

/** Whole from its first moment on, where the file system has links. Returns false when there is one already. */
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

/** Throws unless the process that a lock names has ended. */
function checkEnded(path: string, lock: string, text: string): void {
  const holder = holderOf(text);
  if (holder === null)
    throw inUse(path, `its lock ${lock} names no process`, 'Remove the lock if no run is left');
  const running = isRunning(holder);
  if (running === false) return;
  const { host, pid } = holder;
  if (running === true) throw inUse(path, `process ${pid} writes it`, 'Wait for that run');
  throw inUse(
    path,
    `process ${pid} of the machine ${host} writes it`,
    `If that run has ended, remove ${lock}`,
  );
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

/** Removes a lock unless it has become another's since it was read. */
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
      // The next run finds that this process has ended.
    }
  };
  process.on('exit', release);
  return release;
}

function inUse(path: string, what: string, remedy: string): UnrolledError {
  return new UnrolledError(
    'file-in-use',
    `${path}: ${what}; a run needs a file of its own. ${remedy}, or choose another name.`,
  );
}
