import {
  closeSync,
  fsyncSync,
  openSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { UnrolledError } from '../../errors.ts';
import { errorCode, fileError } from '../../formats/file-error.ts';

/**
 * Puts the bytes in place of the file at once: written beside it, synced, renamed. Whatever goes
 * wrong, the old file stays whole and nothing stays beside it. Throws UnrolledError.
 */
export function writeFileAtomically(path: string, bytes: Uint8Array): void {
  const target = followLinks(path);
  const temporary = temporaryBeside(target);
  try {
    const file = openSync(temporary, 'w');
    try {
      writeFileSync(file, bytes);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, target);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw fileError(path, error);
  }
}

/** Finds out before the work whether its result can be written. Throws UnrolledError when it can't. */
export function checkWritable(path: string): void {
  const target = followLinks(path);
  const old = statSync(target, { throwIfNoEntry: false });
  if (old && !old.isFile()) {
    const kind = old.isDirectory() ? 'a folder' : 'no regular file';
    throw new UnrolledError(
      'file-kind',
      `${path}: this is ${kind}; the result needs a file. Give a file's name.`,
    );
  }
  const temporary = temporaryBeside(target);
  try {
    closeSync(openSync(temporary, 'w'));
    rmSync(temporary);
  } catch (error) {
    throw fileError(path, error);
  }
}

/** Whether two paths lead to one file that exists. */
export function isSameFile(a: string, b: string): boolean {
  return followLinks(a) === followLinks(b);
}

/** Without this, renaming would put a file where a link stood. */
function followLinks(path: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return resolve(path);
    throw fileError(path, error);
  }
}

/**
 * Removes the temporary files that killed processes left of a model file and its checkpoints: of all
 * files in its folder whose names begin like its own.
 */
export function removeLeftovers(path: string): void {
  const target = followLinks(path);
  const leftover = /^\.(.*)\.(\d+)\.tmp$/;
  for (const name of readdirSync(dirname(target))) {
    const [, of, pid] = leftover.exec(name) ?? [];
    if (of?.startsWith(basename(target).replace(/\.safetensors$/, '')) && !isRunning(Number(pid))) {
      rmSync(join(dirname(target), name), { force: true });
    }
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) !== 'ESRCH';
  }
}

function temporaryBeside(path: string): string {
  return join(dirname(path), `.${basename(path)}.${process.pid}.tmp`);
}
