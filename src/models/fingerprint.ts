import type { Backend } from '../backends/backend.ts';
import type { Param } from '../layers/layer.ts';
import { numbersOf, type Reads } from '../tensor/reads.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { cells } from './cells.ts';
import { modulationOf, type RecurrentConfig } from './config.ts';

/** The number of weights sampled from each parameter; any training changes some of them. */
const SAMPLES = 64;

/** The parts of a model that identify it. */
export interface Weighted {
  readonly backend: Backend;
  readonly config: RecurrentConfig;
  readonly params: readonly Param[];
  /** The elements of a tensor at some indices, in memory order. → (M, 1) */
  pick(x: Tensor, indices: Int32Array): Tensor;
}

/**
 * Eight hexadecimal digits that identify a model's configuration and weights: FNV-1a (Fowler,
 * Noll and Vo 1991) over the configuration and, as float32, 64 evenly spaced weights of each parameter.
 */
export function* fingerprintOf(model: Weighted): Reads<string> {
  const { config, params } = model;
  const { cell, vocabSize, embeddingSize, hiddenSize, layers, resetAfter, tied } = config;
  const sizes: (string | number | boolean)[] = [cell, vocabSize, embeddingSize, hiddenSize, layers];
  sizes.push(resetAfter === true, tied === true);
  if (cells[cell].modulated) sizes.push(...Object.values(modulationOf(config)));
  let hash = hashed(new TextEncoder().encode(sizes.join()), 0x811c9dc5);
  for (const { value } of params) {
    const count = Math.min(SAMPLES, value.size);
    const indices = new Int32Array(count).map((_, i) => Math.floor((i * value.size) / count));
    const samples = new Float32Array(yield* numbersOf(model.pick(value, indices)));
    hash = hashed(new Uint8Array(samples.buffer), hash);
  }
  return (hash >>> 0).toString(16).padStart(8, '0');
}

function hashed(bytes: Uint8Array, from: number): number {
  let hash = from;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash;
}
