import { readModelFile, type SavedModel } from '../../models/model-file.ts';
import { openFastBackend } from '../machine/fast-backend.ts';
import { readBytes } from './read.ts';
import { displayName } from './standard-input.ts';

/** Opens a model file on a backend of its own; throws UnrolledError for a file that is none. */
export async function openModel(path: string, backend?: string, threads?: number): Promise<SavedModel> {
  return parseModel(path, readBytes(path), backend, threads);
}

/** The same of bytes that were read already. */
export async function parseModel(
  path: string,
  bytes: Uint8Array,
  backend?: string,
  threads?: number,
): Promise<SavedModel> {
  return readModelFile(bytes, await openFastBackend(backend, threads), displayName(path));
}
