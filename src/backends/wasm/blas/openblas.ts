import type { load } from 'koffi';

type Library = ReturnType<typeof load>;

/** Kernels of OpenBLAS that compute a small product without packing its operands, up to M·N·K = 10⁶. */
const unpackingCores = ['SkylakeX', 'Cooperlake', 'SapphireRapids'];
const UNPACKED_PRODUCT = 1_000_000;
const coreNames = ['openblas_get_corename', 'scipy_openblas_get_corename64_', 'scipy_openblas_get_corename'];

/** The largest product, as M·N·K, that the library computes without packing its operands; 0 if it packs all. */
export function largestUnpackedProduct(library: Library): number {
  return unpackingCores.includes(coreOf(library) ?? '') ? UNPACKED_PRODUCT : 0;
}

/** The name of OpenBLAS' kernels; null for another library. */
function coreOf(library: Library): string | null {
  for (const name of coreNames) {
    try {
      return library.func(`const char *${name}()`)() as string;
    } catch {
      // Another BLAS, or another naming.
    }
  }
  return null;
}
