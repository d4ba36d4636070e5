import { readModelFile, type SavedModel } from '../../models/model-file.ts';
import { openFastBackend } from '../machine/fast-backend.ts';
import { readBytes } from './read.ts';

/** Opens a model file on a backend of its own; throws UnrolledError for a file that is none. */
export async function openModel(path: string, backend?: string, threads?: number): Promise<SavedModel> {
  const bytes = readBytes(path);
  return readModelFile(bytes, await openFastBackend(backend, threads), path);
}
