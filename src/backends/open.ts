import { UnrolledError } from '../errors.ts';
import type { Backend } from './backend.ts';
import { ReferenceBackend } from './reference/reference.ts';
import { WasmBackend } from './wasm/wasm.ts';

/** The names that `openBackend` knows. */
export const backendNames = ['wasm', 'wasm-strict', 'reference'] as const;
export type BackendName = (typeof backendNames)[number];

/**
 * Opens a backend with an arena of its own.
 *
 * - `wasm` (default): float32, the fastest SIMD that this engine has.
 * - `wasm-strict`: the same without fused roundings: equal bits on every machine.
 * - `reference`: float64 in plain loops, for checking.
 */
export async function openBackend(name: string = 'wasm'): Promise<Backend> {
  if (name === 'wasm') return WasmBackend.open();
  if (name === 'wasm-strict') return WasmBackend.open('strict');
  if (name === 'reference') return new ReferenceBackend();
  throw new UnrolledError(`openBackend: got '${name}'; it knows ${backendNames.join(', ')}.`);
}
