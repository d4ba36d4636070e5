import type { UnitOrder } from './calls.ts';

/** Orders the H units of a layer by their activations h (T, H), row-major. */
export function orderUnits(h: Float32Array, H: number, order: UnitOrder): Int32Array {
  if (order === 'activity') return byActivity(h, H);
  if (order === 'cluster') return byCluster(h, H);
  return Int32Array.from({ length: H }, (_, unit) => unit);
}

/** By mean |h|, the most active first. */
function byActivity(h: Float32Array, H: number): Int32Array {
  const sums = new Float64Array(H);
  for (let i = 0; i < h.length; i++) sums[i % H] += Math.abs(h[i]);
  return Int32Array.from({ length: H }, (_, unit) => unit).sort((a, b) => sums[b] - sums[a] || a - b);
}

/**
 * Hierarchical agglomerative clustering with average linkage; the distance of two units is 1 − the correlation of their
 * activations. The order is that of the leaves of the tree.
 */
function byCluster(h: Float32Array, H: number): Int32Array {
  const near = correlations(h, H);
  const leaves: number[][] = Array.from({ length: H }, (_, unit) => [unit]);
  const chain: number[] = [];
  const isOpen = new Uint8Array(H).fill(1);
  for (let left = H; left > 1; ) {
    if (chain.length === 0) chain.push(isOpen.indexOf(1));
    const [a, b] = [chain[chain.length - 1], chain[chain.length - 2] ?? -1];
    const c = nearestOf(near, isOpen, H, a, b);
    if (c !== b) {
      chain.push(c);
      continue;
    }
    chain.length -= 2;
    merge(near, isOpen, leaves, H, Math.min(a, b), Math.max(a, b));
    left--;
  }
  return Int32Array.from(leaves[isOpen.indexOf(1)]);
}

/** The cluster that is most similar to `a`; of equal ones `preferred`, so that the chain of nearest neighbours ends. */
function nearestOf(near: Float64Array, isOpen: Uint8Array, H: number, a: number, preferred: number): number {
  let best = preferred;
  for (let other = 0; other < H; other++) {
    if (other === a || !isOpen[other]) continue;
    if (best < 0 || near[a * H + other] > near[a * H + best]) best = other;
  }
  return best;
}

/** Joins cluster b to a. Average linkage: the mean of the similarities, weighted by the sizes. */
function merge(
  near: Float64Array,
  isOpen: Uint8Array,
  leaves: number[][],
  H: number,
  a: number,
  b: number,
): void {
  const [m, n] = [leaves[a].length, leaves[b].length];
  for (let other = 0; other < H; other++) {
    if (!isOpen[other] || other === a || other === b) continue;
    const mean = (m * near[a * H + other] + n * near[b * H + other]) / (m + n);
    near[a * H + other] = near[other * H + a] = mean;
  }
  leaves[a] = [...leaves[a], ...leaves[b]];
  isOpen[b] = 0;
}

/** (H, H) The correlation of each two units; 0 for a unit that never changes. */
export function correlations(h: Float32Array, H: number): Float64Array {
  const T = h.length / H;
  const rows = standardised(h, H);
  const all = new Float64Array(H * H);
  for (let a = 0; a < H; a++) {
    for (let b = a; b < H; b++) {
      let sum = 0;
      for (let t = 0; t < T; t++) sum += rows[a * T + t] * rows[b * T + t];
      all[a * H + b] = all[b * H + a] = sum;
    }
  }
  return all;
}

/** (H, T) Each unit's activations minus their mean, with norm 1. */
function standardised(h: Float32Array, H: number): Float64Array {
  const T = h.length / H;
  const rows = new Float64Array(h.length);
  for (let unit = 0; unit < H; unit++) {
    const row = rows.subarray(unit * T, (unit + 1) * T);
    let mean = 0;
    for (let t = 0; t < T; t++) mean += h[t * H + unit] / T;
    let squares = 0;
    for (let t = 0; t < T; t++) {
      row[t] = h[t * H + unit] - mean;
      squares += row[t] ** 2;
    }
    const norm = Math.sqrt(squares) || 1;
    for (let t = 0; t < T; t++) row[t] /= norm;
  }
  return rows;
}
