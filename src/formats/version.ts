import { UnrolledError } from '../errors.ts';

/**
 * Throws unless the version of a file is supported.
 *
 * @param version as stored in the file
 * @param read the supported versions, integers, the newest last
 */
export function checkVersion(version: string | undefined, read: readonly string[], where: string): void {
  if (version !== undefined && read.includes(version)) return;
  const advice =
    Number(version) > Number(read.at(-1))
      ? 'Use a newer version of unrolled.'
      : 'Create the file again, or use the version of unrolled that wrote it.';
  throw new UnrolledError(
    'file-version',
    `${where}: the file has ${version === undefined ? 'no format version' : `format version ${version}`}; ` +
      `this unrolled reads version ${read.join(', ').replace(/, (?=[^,]*$)/, ' and ')}. ${advice}`,
  );
}
