import { nodeBuiltin } from '../threads/platform.ts';

/** The two products that we take from a BLAS, over addresses as numbers. */
export interface Blas {
  readonly file: string;
  sgemm(
    order: number,
    transposeA: number,
    transposeB: number,
    M: number,
    N: number,
    K: number,
    alpha: number,
    a: number,
    lda: number,
    b: number,
    ldb: number,
    beta: number,
    c: number,
    ldc: number,
  ): void;
  sgemv(
    order: number,
    transpose: number,
    M: number,
    N: number,
    alpha: number,
    a: number,
    lda: number,
    x: number,
    stepX: number,
    beta: number,
    y: number,
    stepY: number,
  ): void;
  /** The address of a memory's first byte in this process. */
  addressOf(memory: WebAssembly.Memory): number;
}

export type Koffi = typeof import('koffi');

export const ROW_MAJOR = 101;
export const NO_TRANSPOSE = 111;
export const TRANSPOSE = 112;

/** How each library is told to leave the threads to us. */
const threadSetters = ['openblas_set_num_threads', 'MKL_Set_Num_Threads', 'bli_thread_set_num_threads'];

/** The package that calls native code. @throws where it is not installed, and in a page */
export function loadKoffi(): Koffi {
  const module = nodeBuiltin<typeof import('node:module')>('module');
  if (!module) throw new Error('blas: a page can load no system library.');
  return module.createRequire(import.meta.url)('koffi');
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
