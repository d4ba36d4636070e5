import { nodeBuiltin } from '../threads/platform.ts';
import type { Blas } from './blas.ts';

export type Koffi = typeof import('koffi');

/** The function of each library that sets its number of threads, here to 1. */
const threadSetters = ['openblas_set_num_threads', 'MKL_Set_Num_Threads', 'bli_thread_set_num_threads'];

/** The package that calls native code. @param path where it lies. @throws where it is not installed, and in a page */
export function loadKoffi(path?: string): Koffi {
  return requireFrom(path ?? import.meta.url)(path ?? 'koffi');
}

/** Where the package lies, for a thread that has no place in the file system. */
export function koffiPath(): string {
  return requireFrom(import.meta.url).resolve('koffi');
}

function requireFrom(place: string): NodeJS.Require {
  const module = nodeBuiltin<typeof import('node:module')>('module');
  if (!module) throw new Error('blas: a page can load no system library.');
  return module.createRequire(place);
}

/** @throws when the file can't be loaded, or is no BLAS with a C interface */
export function loadBlas(file: string, koffi: Koffi = loadKoffi()): Blas {
  const library = koffi.load(file);
  const blas: Blas = {
    file,
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
      // The library has another way, or no threads.
    }
  }
  return blas;
}
