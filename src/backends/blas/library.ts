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

export const ROW_MAJOR = 101;
export const NO_TRANSPOSE = 111;
export const TRANSPOSE = 112;

/** Where a BLAS with a C interface is usually found, the fastest first. */
const files: Readonly<Record<string, readonly string[]>> = {
  linux: [
    'libopenblas.so.0',
    'libopenblas.so',
    'libmkl_rt.so.2',
    'libblis.so.4',
    'libcblas.so.3',
    'libblas.so.3',
  ],
  darwin: [
    '/System/Library/Frameworks/Accelerate.framework/Accelerate',
    '/opt/homebrew/opt/openblas/lib/libopenblas.dylib',
    '/usr/local/opt/openblas/lib/libopenblas.dylib',
  ],
  win32: ['libopenblas.dll', 'openblas.dll', 'mkl_rt.2.dll'],
};

/** How each library is told to leave the threads to us. */
const threadSetters = ['openblas_set_num_threads', 'MKL_Set_Num_Threads', 'bli_thread_set_num_threads'];

export type BlasSearch = { readonly blas: Blas } | { readonly blas: null; readonly reason: string };

/** Looks for a BLAS: the file named by `UNROLLED_BLAS`, or the usual ones. */
export function findBlas(): BlasSearch {
  const process = nodeBuiltin<typeof import('node:process')>('process');
  if (!process) return { blas: null, reason: 'a page can load no system library' };
  const wish = process.env.UNROLLED_BLAS;
  const reasons: string[] = [];
  for (const file of wish ? [wish] : (files[process.platform] ?? [])) {
    try {
      return { blas: loadBlas(file) };
    } catch (error) {
      reasons.push(error instanceof Error ? error.message.split('\n')[0] : String(error));
    }
  }
  return { blas: null, reason: reasons[0] ?? `no known library on ${process.platform}` };
}

/** @throws when koffi is not installed, or the file is no BLAS with a C interface */
export function loadBlas(file: string): Blas {
  const module = nodeBuiltin<typeof import('node:module')>('module');
  if (!module) throw new Error('blas: a page can load no system library.');
  const koffi = module.createRequire(import.meta.url)('koffi') as typeof import('koffi');
  const library = koffi.load(file);
  for (const name of threadSetters) {
    try {
      library.func(`void ${name}(int threads)`)(1);
    } catch {
      // The library has another way, or no threads.
    }
  }
  return {
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
}
