import { optionsOf } from '../kinds.ts';
import { checkTextModel } from '../models/check-model.ts';
import type { TextModel } from '../models/model-file.ts';
import type { State } from '../models/state/state.ts';
import { Batcher } from './batcher.ts';
import { PrefixCache } from './prefix-cache.ts';

/** A model that a service answers with. */
export interface ServedModel {
  /** What requests name it by. */
  readonly id: string;
  readonly saved: TextModel;
  readonly batcher: Batcher;
  readonly cache: PrefixCache;
  /** A state at the start of a text, to be forked. */
  readonly start: State;
  /** When it was loaded, in seconds since 1970. */
  readonly created: number;
}

export interface ServedOptions {
  /** Memory for the states of prompts, in bytes. Default 64,000,000; 0 turns the cache off. */
  readonly cacheBytes?: number | undefined;
  /** Between two steps of the model: events are processed. Default: one turn of the event loop. */
  readonly pause?: (() => Promise<void>) | undefined;
}

export function serve(id: string, saved: TextModel, options: ServedOptions = {}): ServedModel {
  const { cacheBytes = 64e6, pause } = optionsOf('serve', options);
  checkTextModel('serve', saved);
  const batcher = new Batcher(saved.model, pause);
  const created = Math.floor(Date.now() / 1000);
  return { id, saved, batcher, cache: new PrefixCache(cacheBytes), start: saved.model.state(), created };
}
