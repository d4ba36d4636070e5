import { type ErrorCode, UnrolledError } from '../errors.ts';

/** Node's own code, of a file that is larger than it reads at once. */
const TOO_LARGE = 'ERR_FS_FILE_TOO_LARGE';

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder. Check the name',
  ENOTDIR: 'a part of the path is a file, not a folder. Check the name',
  EISDIR: 'this is a folder; it needs a file. Name a file in it',
  EACCES: 'permission denied. Change its permissions, or choose another place',
  EPERM: 'permission denied. Change its permissions, or choose another place',
  EROFS: 'this disk is read-only. Choose another place',
  ENOSPC: 'the disk is full. Make room, or choose another place',
  EDQUOT: 'the disk quota is used up. Make room, or choose another place',
  EFBIG: 'files here may not grow that large. Choose another place',
  [TOO_LARGE]: 'files above 2 GiB are not read. Use a smaller one',
  ENAMETOOLONG: 'the name is too long. Choose a shorter one',
  EPIPE: 'its reader has ended. Choose another file',
  ENXIO: 'nobody reads it. Start its reader first, or choose another file',
  EAGAIN: 'its reader has stalled. Choose another file',
  ELOOP: 'the links go in a circle. Mend them',
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

/** What the system says about a file, as a user's error; anything else that was thrown stays what it is. */
export function fileError(path: string, error: unknown): unknown {
  const code = errorCode(error);
  if (code === undefined) return error;
  return new UnrolledError(
    CODES[code] ?? 'file-system',
    `${path}: ${REASONS[code] ?? `the system answers ${code}. Choose another file`}.`,
  );
}

/** The code of an error of the operating system, such as ENOENT. */
export function errorCode(error: unknown): string | undefined {
  const { code, syscall } = Object(error) as { readonly code?: string; readonly syscall?: string };
  return syscall === undefined && code !== TOO_LARGE ? undefined : code;
}
