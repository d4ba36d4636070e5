import { UnrolledError } from '../errors.ts';

/**
 * Throws unless a file has a version of its format that is read here.
 *
 * @param version what the file says
 * @param read the versions that can be read, integers, the newest last
 */
export function checkVersion(version: string | undefined, read: readonly string[], where: string): void {
  if (version !== undefined && read.includes(version)) return;
  const advice =
    Number(version) > Number(read.at(-1))
      ? 'Use a newer unrolled.'
      : 'Make the file anew, or use the unrolled that wrote it.';
  throw new UnrolledError(
    'file-version',
    `${where}: got ${version === undefined ? 'no version' : `version ${version}`} of its format; ` +
      `this unrolled reads version ${read.join(', ').replace(/, (?=[^,]*$)/, ' and ')}. ${advice}`,
  );
}
