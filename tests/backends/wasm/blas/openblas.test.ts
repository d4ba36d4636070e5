import { expect, test } from 'vitest';
import { largestUnpackedProduct } from '../../../../src/backends/wasm/blas/openblas.ts';

type Library = Parameters<typeof largestUnpackedProduct>[0];

/** A library with one function, which returns the name of its kernels. */
const libraryWith = (name: string, core: string): Library =>
  ({
    func(signature: string) {
      if (signature !== `const char *${name}()`) throw new Error(`Cannot find function in ${signature}`);
      return () => core;
    },
  }) as unknown as Library;

test.each([
  ['openblas_get_corename', 'Cooperlake', 1_000_000],
  ['scipy_openblas_get_corename64_', 'SkylakeX', 1_000_000],
  ['openblas_get_corename', 'Haswell', 0],
  ['bli_arch_query_id', 'zen', 0],
])('%s returns %s: products of up to %i are not packed', (name, core, unpacked) => {
  expect(largestUnpackedProduct(libraryWith(name, core))).toBe(unpacked);
});
