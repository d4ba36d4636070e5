import { setFlagsFromString } from 'node:v8';
import type { Backend } from '../../src/backends/backend.ts';
import { openBackend } from '../../src/backends/open.ts';
import { findBlas } from '../../src/backends/wasm/blas/search.ts';
import { formatShape } from '../../src/tensor/shape.ts';
import type { Tensor } from '../../src/tensor/tensor.ts';
import { pretendCores } from './cores.ts';

pretendCores(4);

try {
  // Node 20 has relaxed SIMD behind a flag; later ones don't know the flag any more.
  setFlagsFromString('--experimental-wasm-relaxed-simd');
} catch {}

const openings: [name: string, threads: number][] = [
  ['wasm', 1],
  ['wasm', 2],
  ['wasm', 3],
  ['wasm-strict', 1],
  ['wasm-strict', 4],
];
const { blas, reason } = findBlas();
if (blas) openings.push(['blas', 1], ['blas', 2]);
else console.warn(`blas is not tested: ${reason}`);

/** Every backend that is not the referee itself. */
export const fastBackends: Backend[] = await Promise.all(
  openings.map(([name, threads]) => openBackend(name, { threads })),
);

/** Throws unless each number of `actual` is within `tolerance` of `expected`, relative to the largest. */
export function expectClose(name: string, actual: Tensor, expected: Tensor, tolerance = 1e-6): void {
  const [a, b] = [actual.values(), expected.values()];
  const size = b.reduce((most, x) => Math.max(most, Math.abs(x)), 1e-30);
  const worst = a.reduce((most, x, i) => {
    const error = Math.abs(x - b[i]) / size;
    return Number.isNaN(error) ? Number.POSITIVE_INFINITY : Math.max(most, error);
  }, 0);
  if (worst > tolerance) {
    throw new Error(
      `${name} ${formatShape(actual.shape)}: off by ${worst} of its largest number, ${tolerance} allowed`,
    );
  }
}
