import { UnrolledError } from '../errors.ts';
import { checkObject, wrongKind } from '../kinds.ts';
import type { Backend } from './backend.ts';
import { backendNames } from './names.ts';
import { findBlas, troubleOf } from './wasm/blas/search.ts';
import { WasmBackend } from './wasm/wasm.ts';

export interface BackendOptions {
  /**
   * Threads that compute, the caller's included. Default: all cores, 64 at most. Where there are fewer cores, or no
   * workers, there are fewer; `description` says why.
   */
  threads?: number;
  /**
   * The kernels as the host compiled them, where it forbids compiling: of `unrolled/kernels.wasm`, or
   * `unrolled/kernels-strict.wasm` for `wasm-strict`; for several threads `unrolled/kernels-shared.wasm` or
   * `unrolled/kernels-strict-shared.wasm`. Default: compiled when the backend opens.
   */
  module?: WebAssembly.Module;
  /**
   * Receives one line when `auto` can't use a BLAS that is installed or named, and when there are fewer threads or
   * less memory than asked for. Default: none.
   */
  notice?: (line: string) => void;
}

/**
 * Opens a backend with an arena of its own.
 *
 * - `auto` (default): `blas` where a library is found, else `wasm`.
 * - `blas`: the kernels of `wasm`, with the matrix products of the system's BLAS.
 * - `wasm`: float32, the fastest SIMD that this engine has; the same bits for any number of threads.
 * - `wasm-strict`: `wasm` without fused multiply-add: equal bits on every machine.
 * - `reference`: float64 in plain loops, for checking.
 * @throws for an unknown name, for `blas` where there is none, for threads that are no count, for a module that is
 *   none of these, and where the system gives no memory; never for want of threads
 */
export async function openBackend(name: string = 'auto', options: BackendOptions = {}): Promise<Backend> {
  checkObject('openBackend', 'the options', options, 'Leave them out, or give { threads }.');
  if (typeof name !== 'string') {
    throw wrongKind('openBackend', 'the name', name, 'a string', `There are ${backendNames.join(', ')}.`);
  }
  if (name === 'wasm') return WasmBackend.open(options);
  if (name === 'wasm-strict') return WasmBackend.open({ ...options, simd: 'strict' });
  // For checking alone: a page that bundles the library needn't load it.
  if (name === 'reference') return new (await import('./reference/reference.ts')).ReferenceBackend();
  if (name !== 'auto' && name !== 'blas') {
    throw new UnrolledError(
      'unknown-name',
      `openBackend: got '${name}'; it knows ${backendNames.join(', ')}.`,
    );
  }
  const found = findBlas();
  if (found.blas) return WasmBackend.open({ ...options, blas: found.blas });
  if (name === 'blas') {
    throw new UnrolledError(
      'backend-missing',
      `openBackend: there is no BLAS to use (${found.reason}); 'blas' needs one and the package koffi. ` +
        "Install OpenBLAS, name a file in UNROLLED_BLAS, or use 'wasm'.",
    );
  }
  const trouble = troubleOf(found);
  if (trouble !== null) options.notice?.(trouble);
  return WasmBackend.open(options);
}
