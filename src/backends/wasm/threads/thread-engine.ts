import type { Blas } from '../blas/blas.ts';
import { blasEngine } from '../blas/engine.ts';
import { type Engine, wasmEngine } from '../engine.ts';
import type { Kernels } from '../kernels.ts';
import type { ThreadStart } from './start.ts';

/** The engine of one thread, the caller or a worker. */
export function engineOf(
  kernels: Kernels,
  { memory, scratch }: Pick<ThreadStart, 'memory' | 'scratch'>,
  blas: Blas | null,
): Engine {
  const engine = wasmEngine(kernels, scratch);
  return blas === null ? engine : blasEngine(engine, blas, memory);
}
