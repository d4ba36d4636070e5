/** Uniform random numbers in [0, 1) from a seed, by xoroshiro128+ (Blackman and Vigna), in 32-bit halves. */
export function randomNumbers(seed: number): () => number {
  let [high0, low0, high1, low1] = [1, 2, 3, 4].map((i) => hash((seed + Math.imul(i, 0x9e3779b9)) | 0));
  const next = (): number => {
    const sum = (low0 + low1) | 0;
    const [low, high] = [low1 ^ low0, high1 ^ high0];
    const [h, l] = [high0, low0];
    low0 = (l << 24) ^ (h >>> 8) ^ low ^ (low << 16);
    high0 = (h << 24) ^ (l >>> 8) ^ high ^ ((high << 16) | (low >>> 16));
    low1 = (high << 5) ^ (low >>> 27);
    high1 = (low << 5) ^ (high >>> 27);
    return sum;
  };
  return () => (next() & 0x3ffffff) * 2 ** -26 + (next() & 0x7ffffff) * 2 ** -53;
}

/** The finaliser of MurmurHash3, so that similar seeds give unrelated numbers. */
function hash(word: number): number {
  let x = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return x ^ (x >>> 16);
}
