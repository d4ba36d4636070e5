import { setFlagsFromString } from 'node:v8';
import type { Backend } from '../../backends/backend.ts';
import { openBackend } from '../../backends/open.ts';
import { readModelFile, type SavedModel } from '../../models/model-file.ts';
import { readBytes } from '../files/read.ts';

/** Opens a model file on a backend of its own; throws UnrolledError for a file that is none. */
export async function openModel(path: string, backend?: string, threads?: number): Promise<SavedModel> {
  const bytes = readBytes(path);
  return readModelFile(bytes, await openFastBackend(backend, threads), path);
}

/** `openBackend`, with the faster kernels also in Node 20, which keeps them behind a flag. */
export async function openFastBackend(name?: string, threads?: number): Promise<Backend> {
  if (process.versions.node.startsWith('20.')) setFlagsFromString('--experimental-wasm-relaxed-simd');
  return openBackend(name, threads === undefined ? {} : { threads });
}
