import type { Backend } from '../backends/backend.ts';
import type { Param } from '../layers/layer.ts';
import type { Reads } from '../tensor/reads.ts';
import type { RecurrentConfig } from './config.ts';

/** So many weights of each parameter are looked at: no training leaves them all as they are. */
const SAMPLES = 64;

/** What tells a model from others. */
export interface Weighted {
  readonly backend: Backend;
  readonly config: RecurrentConfig;
  readonly params: readonly Param[];
}

/**
 * Eight hexadecimal digits that tell a model's configuration and weights from others: FNV-1a (Fowler,
 * Noll and Vo 1991) over the configuration and, as float32, 64 evenly spaced weights of each parameter.
 */
export function* fingerprintOf({ config, params }: Weighted): Reads<string> {
  const { cell, vocabSize, wordvecSize, hiddenSize, layers, resetAfter, tied } = config;
  const sizes = [cell, vocabSize, wordvecSize, hiddenSize, layers, resetAfter === true, tied === true];
  let hash = hashed(new TextEncoder().encode(sizes.join()), 0x811c9dc5);
  for (const { value } of params) {
    const count = Math.min(SAMPLES, value.size);
    const places = Array.from({ length: count }, (_, i) => Math.floor((i * value.size) / count));
    const numbers = yield places.map((place) => value.part([1], place));
    const samples = Float32Array.from(numbers, ([weight]) => weight);
    hash = hashed(new Uint8Array(samples.buffer), hash);
  }
  return (hash >>> 0).toString(16).padStart(8, '0');
}

function hashed(bytes: Uint8Array, from: number): number {
  let hash = from;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash;
}
