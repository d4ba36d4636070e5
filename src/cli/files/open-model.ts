import type { Group } from '../../distributed/group.ts';
import { single } from '../../distributed/single.ts';
import { ChangedFileError } from '../../formats/digest.ts';
import { type ModelFile, openModelFile, parseModelFile, type SavedModel } from '../../models/model-file.ts';
import { openFastBackend } from '../machine/fast-backend.ts';
import { displayName } from './standard-input.ts';
import { readBytes } from './texts/read.ts';

/** The flags for opening a model. */
interface HowToOpen {
  readonly backend?: string | undefined;
  readonly threads?: number | undefined;
  readonly 'no-verify'?: boolean | undefined;
}

/**
 * Opens a model file on a new backend. Throws UnrolledError for an invalid file.
 * @param group the processes that open it together: only rank 0 reads the file. Default: this process alone
 */
export async function openModel(path: string, how: HowToOpen, group: Group = single): Promise<SavedModel> {
  const bytes = await group.broadcast(group.rank === 0 ? readBytes(path) : new Uint8Array());
  const file = parseModel(path, bytes, how);
  return openModelFile(file, await openFastBackend(how.backend, how.threads));
}

/** The contents of a model file, checked. Throws UnrolledError. */
export function readModel(path: string, how: HowToOpen): ModelFile {
  return parseModel(path, readBytes(path), how);
}

/** Parses the bytes of a model file. Throws UnrolledError. */
export function parseModel(
  path: string,
  bytes: Uint8Array,
  { 'no-verify': unverified }: HowToOpen,
): ModelFile {
  try {
    return parseModelFile(bytes, displayName(path), { verify: !unverified });
  } catch (error) {
    throw withFlagName(error);
  }
}

/** The error with the name of a flag instead of the library's option. The names are written out: the table of flags loads training. */
export function withFlagName(error: unknown): unknown {
  return error instanceof ChangedFileError ? error.spelled('--no-verify') : error;
}
