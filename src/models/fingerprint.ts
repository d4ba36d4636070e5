import type { RecurrentLM } from './recurrent-lm.ts';

/** So many weights of each parameter are looked at: no training leaves them all as they are. */
const SAMPLES = 64;

/**
 * Eight hexadecimal digits that tell a model's configuration and weights from others: FNV-1a (Fowler,
 * Noll and Vo 1991) over the configuration and, as float32, 64 evenly spaced weights of each parameter.
 */
export function fingerprint({ config, params }: RecurrentLM): string {
  const { cell, vocabSize, wordvecSize, hiddenSize, layers, resetAfter, tied } = config;
  const sizes = [cell, vocabSize, wordvecSize, hiddenSize, layers, resetAfter === true, tied === true];
  let hash = hashed(new TextEncoder().encode(sizes.join()), 0x811c9dc5);
  for (const { value } of params) {
    const count = Math.min(SAMPLES, value.size);
    const weightAt = (place: number) => value.part([1], place).item();
    const samples = Float32Array.from({ length: count }, (_, i) =>
      weightAt(Math.floor((i * value.size) / count)),
    );
    hash = hashed(new Uint8Array(samples.buffer), hash);
  }
  return (hash >>> 0).toString(16).padStart(8, '0');
}

function hashed(bytes: Uint8Array, from: number): number {
  let hash = from;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash;
}
