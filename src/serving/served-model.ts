import { basename } from 'node:path';
import { openModel } from '../cli/files/open-model.ts';
import type { SavedModel } from '../models/model-file.ts';
import type { State } from '../models/state/state.ts';
import { Batcher } from './batcher.ts';
import { AcceptLoop } from './node/accept-loop.ts';
import { PrefixCache } from './prefix-cache.ts';

/** A model as the server holds it. */
export interface ServedModel {
  /** What requests name it by: its file's name without the ending. */
  readonly id: string;
  readonly saved: SavedModel;
  readonly batcher: Batcher;
  readonly cache: PrefixCache;
  /** A state at the start of a text, to be forked. */
  readonly start: State;
  /** When it was loaded, in seconds since 1970. */
  readonly created: number;
}

export interface ServedOptions {
  /** For the states of prompts. */
  readonly cacheBytes: number;
  /** Where connections come in, for which the model pauses. Default: none come. */
  readonly acceptLoop?: AcceptLoop;
}

/** Opens a model file to be served. */
export async function openServed(
  path: string,
  options: ServedOptions,
  backend?: string,
  threads?: number,
): Promise<ServedModel> {
  const saved = await openModel(path, backend, threads);
  return serve(basename(path).replace(/\.safetensors$/, ''), saved, options);
}

export function serve(
  id: string,
  saved: SavedModel,
  { cacheBytes, acceptLoop = new AcceptLoop() }: ServedOptions,
): ServedModel {
  const batcher = new Batcher(saved.model, () => acceptLoop.pause());
  const created = Math.floor(Date.now() / 1000);
  return { id, saved, batcher, cache: new PrefixCache(cacheBytes), start: saved.model.state(), created };
}
