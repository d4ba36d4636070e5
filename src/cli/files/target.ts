import { accessSync, constants, lstatSync, readlinkSync, realpathSync, type Stats, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { UnrolledError } from '../../errors.ts';
import { errorCode, fileError } from '../../formats/file-error.ts';

/** Links that are followed before they are said to go in a circle, as Linux does. */
const MAX_LINKS = 40;

/** Open streams, which are written to the end of and not replaced, though a shell may have led them into a file. */
const STREAM = /^\/(dev\/(std(in|out|err)$|fd\/)|proc\/)/;

/** A file to write: where it is, and what it replaces. */
export interface Target {
  /** The absolute path, without links: renaming onto a link would put a file where the link stood. */
  readonly path: string;
  /** The file that is there. */
  readonly old: Stats | undefined;
}

/** Finds the file that a path leads to, which may not exist yet. Throws UnrolledError for what a file can't replace. */
export function openTarget(path: string): Target {
  try {
    checkName(path);
    const old = statSync(path, { throwIfNoEntry: false });
    if (old && !old.isFile()) throw notAFile(path, old);
    if (STREAM.test(resolve(path))) throw notAFile(path);
    const target = followLinks(path);
    if (old) checkPermission(path, target, old);
    return { path: target, old };
  } catch (error) {
    throw fileError(path, error);
  }
}

/** Throws for a folder, a file that is read-only, and where no file can be. A log may be a device or a pipe. */
export function checkAppendable(path: string): void {
  try {
    const old = statSync(path, { throwIfNoEntry: false });
    if (!old) statSync(dirname(followLinks(path)));
    if (old?.isDirectory()) throw notAFile(path, old);
    if (old?.isFile()) checkPermission(path, path, old);
  } catch (error) {
    throw fileError(path, error);
  }
}

/** Whether two paths lead to one file. */
export function isSameFile(a: string, b: string): boolean {
  return followLinks(a) === followLinks(b);
}

/** Throws where what a flag names to be written is one of the files that are in use. */
export function checkDistinct(flag: string, target: string, inUse: readonly string[]): void {
  const clash = inUse.find((path) => isSameFile(path, target));
  if (clash === undefined) return;
  throw new UnrolledError(
    'file-in-use',
    `${flag}: ${target} is ${clash}, which is in use; it needs a file of its own. Choose another.`,
  );
}

/** What a link leads to, whether or not it is there; any other path as it is, and an open stream. Throws UnrolledError. */
export function throughLink(path: string): string {
  try {
    const isLink =
      !STREAM.test(resolve(path)) && lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink();
    return isLink ? followLinks(path) : path;
  } catch (error) {
    throw fileError(path, error);
  }
}

/** The path without links, whether or not there is such a file. Throws UnrolledError. */
export function followLinks(path: string): string {
  try {
    let target = resolve(path);
    for (let links = 0; links < MAX_LINKS; links++) {
      const next = nextOf(target);
      if (next === null) return target;
      target = next;
    }
    return realpathSync(target);
  } catch (error) {
    throw fileError(path, error);
  }
}

/** Where a link leads; null for what is a file, or nothing yet. */
function nextOf(path: string): string | null {
  try {
    const real = realpathSync(path);
    return real === path ? null : real;
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
  }
  const folder = realFolder(dirname(path));
  const here = join(folder, basename(path));
  try {
    return resolve(folder, readlinkSync(here));
  } catch {
    return here === path ? null : here;
  }
}

function realFolder(path: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return path;
    throw error;
  }
}

function checkName(path: string): void {
  const isFolder = /(^|\/)\.{0,2}$/.test(process.platform === 'win32' ? path.replaceAll('\\', '/') : path);
  if (!isFolder) return;
  throw new UnrolledError(
    'file-kind',
    `${path}: this ${path === '' ? 'is no name' : 'names a folder'}; the result needs a file. Give a file's name.`,
  );
}

function notAFile(path: string, old?: Stats): UnrolledError {
  const kind = old?.isDirectory() ? 'a folder' : 'no regular file';
  return new UnrolledError(
    'file-kind',
    `${path}: this is ${kind}; the result needs a file. Give a file's name.`,
  );
}

/** Throws for a file without permission to write, which a rename would replace all the same, and root may write. */
function checkPermission(path: string, target: string, { mode }: Stats): void {
  if ((mode & 0o222) !== 0) {
    try {
      accessSync(target, constants.W_OK);
      return;
    } catch (error) {
      if (errorCode(error) !== 'EACCES') throw error;
    }
  }
  throw new UnrolledError(
    'file-permission',
    `${path}: this file is read-only, and the run would write it. Allow that (chmod u+w), or choose another name.`,
  );
}
