import { setFlagsFromString } from 'node:v8';
import type { Backend } from '../../src/backends/backend.ts';
import { openBackend } from '../../src/backends/open.ts';
import { findBlas } from '../../src/backends/wasm/blas/search.ts';
import { pretendCores } from './cores.ts';

pretendCores(4);

try {
  // Node 20 has relaxed SIMD behind a flag; later versions don't know the flag any more.
  setFlagsFromString('--experimental-wasm-relaxed-simd');
} catch {}

const openings: [name: string, threads: number][] = [
  ['wasm', 1],
  ['wasm', 3],
  ['wasm-strict', 1],
  ['wasm-strict', 4],
];
const { blas, reason } = findBlas();
if (blas) openings.push(['blas', 2]);
else console.warn(`blas is not tested: ${reason}`);

/** Every backend but the float64 reference that they are compared with. */
export const fastBackends: Backend[] = await Promise.all(
  openings.map(([name, threads]) => openBackend(name, { threads })),
);
