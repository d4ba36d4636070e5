import { UnrolledError } from '../errors.ts';

/**
 * Throws unless a file has the version of its format that is read here.
 *
 * @param version what the file says
 * @param read the one version that can be read, an integer
 */
export function checkVersion(version: string | undefined, read: string, where: string): void {
  if (version === read) return;
  const advice =
    Number(version) > Number(read)
      ? 'Use a newer unrolled.'
      : 'Make the file anew, or use the unrolled that wrote it.';
  throw new UnrolledError(
    'file-version',
    `${where}: got ${version === undefined ? 'no version' : `version ${version}`} of its format; ` +
      `this unrolled reads version ${read}. ${advice}`,
  );
}
