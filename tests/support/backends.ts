import type { Backend } from '../../src/backends/backend.ts';
import { openBackend } from '../../src/backends/open.ts';
import { findBlas } from '../../src/backends/wasm/blas/search.ts';
import { unlockRelaxedSimd } from '../../src/cli/machine/fast-backend.ts';
import { pretendCores } from './cores.ts';

pretendCores(4);

unlockRelaxedSimd();

/** The backends that have the same bits on any number of threads, with one thread and with several. */
export const threadCounts: readonly (readonly [one: Backend, several: Backend])[] = [
  [await openBackend('wasm', { threads: 1 }), await openBackend('wasm', { threads: 3 })],
  [await openBackend('wasm-strict', { threads: 1 }), await openBackend('wasm-strict', { threads: 4 })],
];

const { blas, reason } = findBlas();
if (!blas) console.warn(`blas is not tested: ${reason}`);

/** Every backend but the float64 reference that they are compared with. */
export const fastBackends: readonly Backend[] = [
  ...threadCounts.flat(),
  ...(blas ? [await openBackend('blas', { threads: 2 })] : []),
];
