import { expect, test } from 'vitest';
import type { Blas } from '../../../../src/backends/wasm/blas/blas.ts';
import { checkProducts } from '../../../../src/backends/wasm/blas/check-products.ts';

type Product = 'sgemm' | 'sgemv';

/** A BLAS of plain loops over the arrays that it was given addresses of. `broken` computes nothing. */
function plainBlas(broken: Product | null = null): Blas {
  const arrays: Float32Array[] = [];
  const sgemm: Blas['sgemm'] = (_order, _a, _b, M, N, K, alpha, a, lda, b, ldb, beta, c, ldc) => {
    for (let m = 0; m < M; m++) {
      for (let n = 0; n < N; n++) {
        let sum = beta * arrays[c][m * ldc + n];
        for (let k = 0; k < K; k++) sum += alpha * arrays[a][m * lda + k] * arrays[b][n * ldb + k];
        arrays[c][m * ldc + n] = sum;
      }
    }
  };
  return {
    file: 'plain',
    unpacked: 0,
    addressOf: ({ buffer }) => arrays.push(new Float32Array(buffer)) - 1,
    sgemm: broken === 'sgemm' ? () => {} : sgemm,
    sgemv(order, _transpose, M, N, alpha, a, lda, x, _stepX, beta, y) {
      if (broken !== 'sgemv') sgemm(order, 0, 0, M, 1, N, alpha, a, lda, x, N, beta, y, 1);
    },
  };
}

test('a BLAS with right products passes', () => {
  expect(() => checkProducts(plainBlas())).not.toThrow();
});

test.each(['sgemm', 'sgemv'] as const)('a library whose %s is another function is refused', (name) => {
  expect(() => checkProducts(plainBlas(name))).toThrow('it computes wrong products');
});
