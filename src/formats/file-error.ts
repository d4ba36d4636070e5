import { type ErrorCode, UnrolledError } from '../errors.ts';

/** Node's code for a file that is too large for `readFile`. */
const TOO_LARGE = 'ERR_FS_FILE_TOO_LARGE';

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder. Check the name',
  ENOTDIR: 'a part of the path is a file, not a folder. Check the name',
  EISDIR: 'this is a folder; it must be a file. Name a file in it',
  EACCES: 'permission denied. Change its permissions, or choose another path',
  EPERM: 'permission denied. Change its permissions, or choose another path',
  EROFS: 'this disk is read-only. Choose another path',
  ENOSPC: 'the disk is full. Free some space, or choose another path',
  EDQUOT: 'the disk quota is exceeded. Free some space, or choose another path',
  EFBIG: 'the file system does not allow files of this size. Choose another path',
  [TOO_LARGE]: 'the file is larger than 2 GiB. Use a smaller one',
  ENAMETOOLONG: 'the name is too long. Choose a shorter one',
  EPIPE: 'the process that reads this pipe has ended. Choose another file',
  ENXIO: 'no process reads this pipe. Start its reader first, or choose another file',
  EAGAIN: 'the process that reads this pipe does not keep up. Choose another file',
  ELOOP: 'the symbolic links form a cycle. Correct them',
};

const CODES: Readonly<Record<string, ErrorCode>> = {
  ENOENT: 'file-missing',
  ENOTDIR: 'file-missing',
  EISDIR: 'file-kind',
  EACCES: 'file-permission',
  EPERM: 'file-permission',
  EROFS: 'file-permission',
  EFBIG: 'file-large',
  [TOO_LARGE]: 'file-large',
  ENOSPC: 'disk-full',
  EDQUOT: 'disk-full',
};

/** Converts an operating-system error about a file to an UnrolledError; returns any other error unchanged. */
export function fileError(path: string, error: unknown): unknown {
  const code = errorCode(error);
  if (code === undefined) return error;
  return new UnrolledError(
    CODES[code] ?? 'file-system',
    `${path}: ${REASONS[code] ?? `the system reports ${code}. Choose another file`}.`,
  );
}

/** The code of an operating-system error, such as ENOENT; undefined for other errors. */
export function errorCode(error: unknown): string | undefined {
  const { code, syscall } = Object(error) as { readonly code?: string; readonly syscall?: string };
  return syscall === undefined && code !== TOO_LARGE ? undefined : code;
}
