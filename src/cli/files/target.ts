import {
  accessSync,
  constants,
  existsSync,
  lstatSync,
  readlinkSync,
  realpathSync,
  type Stats,
  statSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { UnrolledError } from '../../errors.ts';
import { errorCode, fileError } from '../../formats/file-error.ts';

/** The number of links to follow before they count as a cycle, as on Linux. */
const MAX_LINKS = 40;

/** Open streams. They can't be replaced, even if a shell has redirected them to a file. */
const STREAM = /^\/(dev\/(std(in|out|err)$|fd\/)|proc\/)/;

/** A file to write. */
export interface Target {
  /** The absolute path with links resolved: renaming onto a link would replace the link. */
  readonly path: string;
  /** The existing file. */
  readonly old: Stats | undefined;
}

/** Resolves an output path; the file may not exist yet. Throws UnrolledError for a path that can't be replaced by a file. */
export function resolveTarget(path: string): Target {
  try {
    checkName(path);
    const old = statSync(path, { throwIfNoEntry: false });
    if (old && !old.isFile()) throw notAFile(path, old);
    if (STREAM.test(resolve(path))) throw notAFile(path);
    const target = followLinks(path);
    if (old) checkPermission(path, target, old);
    return { path: target, old };
  } catch (error) {
    throw outputError(path, error);
  }
}

/** Throws for a folder, a read-only file, and a path whose folder doesn't exist. A log may be a device or a pipe. */
export function checkAppendable(path: string): void {
  try {
    const old = statSync(path, { throwIfNoEntry: false });
    if (!old) statSync(dirname(followLinks(path)));
    if (old?.isDirectory()) throw notAFile(path, old);
    if (old?.isFile()) checkPermission(path, path, old);
  } catch (error) {
    throw outputError(path, error);
  }
}

/** Converts an operating-system error about a file to write. The file need not exist, but its folder must. */
export function outputError(path: string, error: unknown): unknown {
  if (errorCode(error) !== 'ENOENT' || existsSync(dirname(path))) return fileError(path, error);
  return new UnrolledError(
    'file-missing',
    `${path}: the folder ${dirname(path)} does not exist. Create it, or choose another path.`,
  );
}

/** Whether two paths are the same file. */
export function isSameFile(a: string, b: string): boolean {
  return followLinks(a) === followLinks(b);
}

/** Throws if the output of a flag is one of the files in use. */
export function checkNotInUse(flag: string, target: string, inUse: readonly string[]): void {
  const clash = inUse.find((path) => isSameFile(path, target));
  if (clash === undefined) return;
  throw new UnrolledError(
    'file-in-use',
    `${flag}: ${target} is the same file as ${clash}, which is in use. Choose another.`,
  );
}

/** The target of a link, whether or not it exists; other paths and open streams are unchanged. Throws UnrolledError. */
export function resolveLink(path: string): string {
  try {
    const isLink =
      !STREAM.test(resolve(path)) && lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink();
    return isLink ? followLinks(path) : path;
  } catch (error) {
    throw outputError(path, error);
  }
}

/** The absolute path with links resolved; the file need not exist. Throws UnrolledError. */
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
    throw outputError(path, error);
  }
}

/** The next target of a link; null if the path is not a link. */
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
    `${path}: this ${path === '' ? 'is empty' : 'is a folder'}; the output needs a file name. Add one.`,
  );
}

function notAFile(path: string, old?: Stats): UnrolledError {
  const kind = old?.isDirectory() ? 'a folder' : 'not a regular file';
  return new UnrolledError(
    'file-kind',
    `${path}: this is ${kind}; the output needs a file. Choose a file name.`,
  );
}

/** Throws for a read-only file, which a rename, or root, could replace all the same. */
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
    `${path}: this file is read-only, but would be overwritten. Allow that (chmod u+w), or choose another name.`,
  );
}
