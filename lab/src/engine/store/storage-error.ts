import { UnrolledError } from 'unrolled';

/** The error for a file that the storage does not have. */
export function missingFile(name: string): UnrolledError {
  return new UnrolledError(
    'file-missing',
    `${name}: the browser's storage has no such file. Check the name.`,
  );
}

/** The error of the browser's storage as one of the library. */
export function storageError(name: string, error: unknown): UnrolledError {
  const isFull = Object(error).name === 'QuotaExceededError';
  const message = isFull
    ? `${name}: the browser's storage for this page is full. Remove runs, or free disk space.`
    : `${name}: the browser's storage reports ${Object(error).name ?? error}. Reload the page, or use another browser.`;
  return new UnrolledError(isFull ? 'disk-full' : 'file-system', message);
}
