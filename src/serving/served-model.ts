import { type SamplingDefaults, samplingDefaults } from '../generation/sampling/model-defaults.ts';
import { optionsOf } from '../kinds.ts';
import { checkTextModel } from '../models/check-model.ts';
import type { TextModel } from '../models/model-file.ts';
import type { State } from '../models/state/state.ts';
import { PrefixCache } from './cache/prefix-cache.ts';
import { Latencies } from './metrics/latencies.ts';
import { Batcher } from './scheduling/batcher.ts';

/** A model that is served, made by `serve`. */
export interface ServedModel {
  /** The name that requests use. */
  readonly id: string;
  /** Other names that requests may use. */
  readonly aliases: readonly string[];
  /** The model with its tokenizer and vocabulary. */
  readonly saved: TextModel;
  /** Its default sampling settings. */
  readonly defaults: SamplingDefaults;
  /** Batches its sequences. */
  readonly batcher: Batcher;
  /** Caches the states of prompts. */
  readonly cache: PrefixCache;
  /** Waiting times of its clients. */
  readonly latencies: Latencies;
  /** The zero state, from which texts start. */
  readonly start: State;
  /** When it was loaded, in seconds since 1970. */
  readonly created: number;
}

/** Options of `serve`. */
export interface ServedOptions {
  /** Size of the prefix cache, in bytes; 0 turns it off. Default 64,000,000. */
  readonly cacheBytes?: number | undefined;
  /** Other names of the model, such as one that a client always sends. Default: none. */
  readonly aliases?: readonly string[] | undefined;
  /** Awaited between two steps of the model, to process events. Default: one turn of the event loop. */
  readonly pause?: (() => Promise<void>) | undefined;
}

/**
 * Prepares a model for serving. Its backend needs `readSync`.
 * @param id the name that requests use
 * @throws {UnrolledError} `option-value` when saved is not a saved model, its default sampling settings are invalid, or the options
 * are not an object
 */
export function serve(id: string, saved: TextModel, options: ServedOptions = {}): ServedModel {
  const { cacheBytes = 64e6, aliases = [], pause } = optionsOf('serve', options);
  checkTextModel('serve', saved);
  const batcher = new Batcher(saved.model, pause);
  const created = Math.floor(Date.now() / 1000);
  const cache = new PrefixCache(cacheBytes);
  const start = saved.model.state();
  const defaults = samplingDefaults(`serve: ${id}`, saved);
  return { id, aliases, saved, defaults, batcher, cache, latencies: new Latencies(), start, created };
}
