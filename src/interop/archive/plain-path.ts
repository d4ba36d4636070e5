import { UnrolledError } from '../../errors.ts';

/** A part of a path that is not a step of its own, and that no system reads as a drive, stream or separator. */
const PART = /^(?!\.{1,2}$)[^/\\:\p{Cc}]+$/u;

/** Whether a path, with `/`, is relative and stays below its folder on every system. */
export function isPlainPath(path: string): boolean {
  return path.split('/').every((part) => PART.test(part));
}

/**
 * Checks the name of another file that a model file gives: a relative path below the folder of the model, with `/`.
 *
 * @param where the beginning of the error message
 * @throws {UnrolledError} code `file-foreign` for an absolute path, or one that leaves the folder
 */
export function checkSiblingName(name: string, where: string): string {
  if (isPlainPath(name)) return name;
  throw new UnrolledError(
    'file-foreign',
    `${where}: it names the file ${JSON.stringify(name.slice(0, 80))}; the name must be a relative path below the model's folder. ` +
      'Use such a model only if you trust it, with its files beside it.',
  );
}
