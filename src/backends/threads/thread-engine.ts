import { blasEngine } from '../blas/engine.ts';
import { type Engine, wasmEngine } from '../wasm/engine.ts';
import { instantiateKernels } from '../wasm/module.ts';
import type { ThreadStart } from './pool.ts';

/** What a worker computes with. */
export function engineOf({ module, memory, scratch, blas }: ThreadStart): Engine {
  const engine = wasmEngine(instantiateKernels(module, memory), scratch);
  return blas === null ? engine : blasEngine(engine, blas, memory);
}
