import { expect, test } from 'vitest';
import type { Blas } from '../../../../src/backends/wasm/blas/blas.ts';
import { blasEngine } from '../../../../src/backends/wasm/blas/engine.ts';
import type { Engine } from '../../../../src/backends/wasm/engine.ts';

type Product = readonly [M: number, N: number, K: number];

/** A BLAS in JavaScript over a memory at address 0, which records the sizes of its products. */
function plainBlas(memory: WebAssembly.Memory, unpacked: number): { blas: Blas; sizes: Product[] } {
  const numbers = new Float32Array(memory.buffer);
  const sizes: Product[] = [];
  const blas: Blas = {
    file: 'plain',
    unpacked,
    addressOf: () => 0,
    sgemv: () => expect.unreachable(),
    sgemm(_order, _transposeA, _transposeB, M, N, K, _alpha, a, lda, b, ldb, beta, c, ldc) {
      sizes.push([M, N, K]);
      for (let m = 0; m < M; m++) {
        for (let n = 0; n < N; n++) {
          let sum = beta * numbers[c / 4 + m * ldc + n];
          for (let k = 0; k < K; k++) sum += numbers[a / 4 + m * lda + k] * numbers[b / 4 + k * ldb + n];
          numbers[c / 4 + m * ldc + n] = sum;
        }
      }
    },
  };
  return { blas, sizes };
}

/** The product of integers, which is exact, by a BLAS with a limit for unpacked products. */
function multiply([M, N, K]: Product, unpacked: number, accumulate: number) {
  const memory = new WebAssembly.Memory({ initial: 20, maximum: 20, shared: true });
  const { blas, sizes } = plainBlas(memory, unpacked);
  const numbers = new Float32Array(memory.buffer).map((_, i) => (i * 7) % 11);
  new Float32Array(memory.buffer).set(numbers);
  const [lda, ldb, ldc] = [K + 3, N + 5, N + 2];
  const [b, c] = [4 * M * lda, 4 * (M * lda + K * ldb)];
  const none = {} as Engine;
  blasEngine(none, blas, memory).gemm(c, ldc, 0, lda, b, ldb, M, N, K, 0, 0, accumulate);
  return { out: new Float32Array(memory.buffer).slice(), sizes };
}

const product: Product = [20, 200, 130];

test.each([0, 1])(
  'a product of few rows in pieces that need no packing is the product, accumulate %i',
  (accumulate) => {
    const whole = multiply(product, 0, accumulate);
    expect(whole.sizes).toEqual([product]);
    const pieces = multiply(product, 100_000, accumulate);
    expect(pieces.out).toEqual(whole.out);
    expect(pieces.sizes).toContainEqual([20, 64, 65]);
    expect(pieces.sizes).toContainEqual([20, 8, 65]);
    for (const [M, N, K] of pieces.sizes) expect(M * N * K).toBeLessThanOrEqual(100_000);
  },
);

test('a product of many rows is not divided', () => {
  const many: Product = [33, 200, 130];
  expect(multiply(many, 100_000, 0).sizes).toEqual([many]);
});
