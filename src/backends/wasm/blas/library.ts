import { nodeBuiltin } from '../threads/platform.ts';
import type { Blas } from './blas.ts';
import { largestUnpackedProduct } from './openblas.ts';

export type Koffi = typeof import('koffi');
type Library = ReturnType<Koffi['load']>;

/** How a BLAS names its functions, `PREFIXcblas_sgemmSUFFIX`, and the type of its sizes. */
interface Naming {
  readonly prefix: string;
  readonly suffix: string;
  readonly size: 'int' | 'int64_t';
}

/** The usual naming; those of the OpenBLAS in NumPy's and SciPy's wheels, new and old. */
const namings: readonly Naming[] = [
  { prefix: '', suffix: '', size: 'int' },
  { prefix: 'scipy_', suffix: '64_', size: 'int64_t' },
  { prefix: 'scipy_', suffix: '', size: 'int' },
  { prefix: '', suffix: '64_', size: 'int64_t' },
];

/**
 * Functions that keep a BLAS to one thread, each with its argument. MKL takes its layers before anything else: sizes of 32
 * bits, without threads.
 */
const threadSetters: readonly (readonly [name: string, argument: number])[] = [
  ['MKL_Set_Interface_Layer', 0],
  ['MKL_Set_Threading_Layer', 1],
  ['MKL_Set_Num_Threads', 1],
  ['bli_thread_set_num_threads', 1],
  ...namings.map(({ prefix, suffix }) => [`${prefix}openblas_set_num_threads${suffix}`, 1] as const),
];

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
  const library = koffi.load(file);
  const products = productsOf(library);
  for (const [name, argument] of threadSetters) {
    try {
      library.func(`void ${name}(int argument)`)(argument);
    } catch {
      // Another BLAS, or one without threads.
    }
  }
  return {
    file,
    unpacked: largestUnpackedProduct(library),
    ...products,
    addressOf: ({ buffer }) => Number(koffi.address(new Uint8Array(buffer))),
  };
}

/** The products under the first naming that the library has. */
function productsOf(library: Library): Pick<Blas, 'sgemm' | 'sgemv'> {
  let first: unknown;
  for (const naming of namings) {
    try {
      return productsNamed(naming, library);
    } catch (error) {
      first ??= error;
    }
  }
  throw first;
}

function productsNamed({ prefix, suffix, size }: Naming, library: Library): Pick<Blas, 'sgemm' | 'sgemv'> {
  const name = (routine: string) => `${prefix}cblas_${routine}${suffix}`;
  return {
    sgemm: library.func(
      `void ${name('sgemm')}(int order, int transa, int transb, ${size} m, ${size} n, ${size} k, float alpha, ` +
        `uintptr_t a, ${size} lda, uintptr_t b, ${size} ldb, float beta, uintptr_t c, ${size} ldc)`,
    ) as unknown as Blas['sgemm'],
    sgemv: library.func(
      `void ${name('sgemv')}(int order, int trans, ${size} m, ${size} n, float alpha, uintptr_t a, ${size} lda, ` +
        `uintptr_t x, ${size} incx, float beta, uintptr_t y, ${size} incy)`,
    ) as unknown as Blas['sgemv'],
  };
}
