import { nodeBuiltin } from '../threads/platform.ts';
import type { Blas } from './blas.ts';
import { largestUnpackedProduct, withSuitableCoreType } from './openblas.ts';

export type Koffi = typeof import('koffi');

/** The functions that set the number of threads of a BLAS; we set it to 1. */
const threadSetters = ['openblas_set_num_threads', 'MKL_Set_Num_Threads', 'bli_thread_set_num_threads'];

/**
 * Loads koffi, the package that calls native code, by default as a dependency.
 * @throws if it is not installed, and in a page
 */
export function loadKoffi(path?: string): Koffi {
  return requireFrom(path ?? import.meta.url)(path ?? 'koffi');
}

/** The path of koffi, for a worker that has no file of its own to resolve it from. */
export function koffiPath(): string {
  return requireFrom(import.meta.url).resolve('koffi');
}

function requireFrom(path: string): NodeJS.Require {
  const module = nodeBuiltin<typeof import('node:module')>('module');
  if (!module) throw new Error("blas: a page can't load system libraries.");
  return module.createRequire(path);
}

/**
 * Loads a BLAS.
 * @throws if the file can't be loaded, or is not a BLAS with a C interface
 */
export function loadBlas(file: string, koffi: Koffi = loadKoffi()): Blas {
  const library = withSuitableCoreType(() => koffi.load(file));
  const blas: Blas = {
    file,
    unpacked: largestUnpackedProduct(library),
    sgemm: library.func(
      'void cblas_sgemm(int order, int transa, int transb, int m, int n, int k, float alpha, ' +
        'uintptr_t a, int lda, uintptr_t b, int ldb, float beta, uintptr_t c, int ldc)',
    ) as unknown as Blas['sgemm'],
    sgemv: library.func(
      'void cblas_sgemv(int order, int trans, int m, int n, float alpha, uintptr_t a, int lda, ' +
        'uintptr_t x, int incx, float beta, uintptr_t y, int incy)',
    ) as unknown as Blas['sgemv'],
    addressOf: (memory) => Number(koffi.address(new Uint8Array(memory.buffer))),
  };
  for (const name of threadSetters) {
    try {
      library.func(`void ${name}(int threads)`)(1);
    } catch {
      // Another BLAS, or one without threads.
    }
  }
  return blas;
}
