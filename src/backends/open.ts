import { UnrolledError } from '../errors.ts';
import { checkObject, wrongKind } from '../kinds.ts';
import type { Backend } from './backend.ts';
import { backendNames } from './names.ts';
import { findBlas, unusedBlasNotice } from './wasm/blas/search.ts';
import { WasmBackend } from './wasm/wasm.ts';

/** Options of `openBackend`. */
export interface BackendOptions {
  /**
   * The number of compute threads, including the calling thread, from 1 to 64. Default: all cores, at most 64. The backend
   * uses fewer if there are fewer cores or if workers can't start; its `description` says why.
   */
  threads?: number;
  /**
   * The precompiled kernels, for a host that forbids compiling at run time: `unrolled/kernels.wasm`, or
   * `unrolled/kernels-strict.wasm` for `wasm-strict`; for several threads `unrolled/kernels-shared.wasm` or
   * `unrolled/kernels-strict-shared.wasm`. Default: the backend compiles its kernels when it opens.
   */
  module?: WebAssembly.Module;
  /**
   * Receives one line of text if `auto` can't use a BLAS that is installed or configured, and if the backend gets fewer
   * threads or less memory than requested. Default: none.
   */
  notice?: (line: string) => void;
}

/**
 * Opens a backend with an arena of its own.
 *
 * - `auto` (default): `blas` where a library is found, else `wasm`.
 * - `blas`: `wasm`, with matrix products computed by the system's BLAS.
 * - `wasm`: float32, the fastest SIMD that the JavaScript engine supports; the same bits for any number of threads.
 * - `wasm-strict`: `wasm` without fused multiply-add: the same bits on every machine.
 * - `reference`: float64 in plain loops, for verification.
 * @throws {UnrolledError} code `unknown-name` for an unknown name; `backend-missing` if there is no BLAS, no WebAssembly or
 *   no SIMD; `option-value` for an invalid number of threads or another module; `memory` if the system reserves none
 */
export async function openBackend(name: string = 'auto', options: BackendOptions = {}): Promise<Backend> {
  checkObject('openBackend', 'the options', options, 'Omit them, or pass { threads }.');
  if (typeof name !== 'string') {
    throw wrongKind('openBackend', 'the name', name, 'a string', `Use one of ${backendNames.join(', ')}.`);
  }
  if (name === 'wasm') return WasmBackend.open(options);
  if (name === 'wasm-strict') return WasmBackend.open({ ...options, simd: 'strict' });
  // Loaded on demand, so that bundles for pages leave it out.
  if (name === 'reference') return new (await import('./reference/reference.ts')).ReferenceBackend();
  if (name !== 'auto' && name !== 'blas') {
    throw new UnrolledError(
      'unknown-name',
      `openBackend: got '${name}'; it must be one of ${backendNames.join(', ')}.`,
    );
  }
  const found = findBlas();
  if (found.blas) return WasmBackend.open({ ...options, blas: found.blas });
  if (name === 'blas') {
    throw new UnrolledError(
      'backend-missing',
      `openBackend: found no usable BLAS (${found.reason}); 'blas' needs a BLAS library and the package koffi. ` +
        "Install OpenBLAS, set UNROLLED_BLAS to a library file, or use 'wasm'.",
    );
  }
  const trouble = unusedBlasNotice(found);
  if (trouble !== null) options.notice?.(trouble);
  return WasmBackend.open(options);
}
