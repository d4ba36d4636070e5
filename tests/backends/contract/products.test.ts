import { expect, test } from 'vitest';
import type { GemmOptions } from '../../../src/backends/backend.ts';
import { RandomTensors } from '../../support/tensors.ts';
import { agrees, onEachBackend } from './agree.ts';

/** Around one number, a tile (6 × 8), the blocks of M (96), K (256), N (2048; one row: 16,384), and the work that threads share. */
const products: readonly (readonly [M: number, N: number, K: number])[] = [
  [1, 1, 1],
  [1, 100, 100],
  [1, 16_391, 13],
  [2, 3, 5],
  [5, 8, 4],
  [6, 8, 1],
  [7, 9, 11],
  [10, 418, 30],
  [20, 33, 65],
  [97, 99, 7],
  [97, 17, 257],
  [3, 2100, 10],
];

for (const transposeA of [false, true]) {
  for (const transposeB of [false, true]) {
    for (const accumulate of [false, true]) {
      const options: GemmOptions = { transposeA, transposeB, accumulate };
      for (const [M, N, K] of products) {
        const run: Parameters<typeof agrees>[1] = (on, make) => {
          const a = make.tensor(transposeA ? [K, M] : [M, K]);
          const b = make.tensor(transposeB ? [N, K] : [K, N]);
          const out = make.tensor([M, N]);
          on.gemm(out, a, b, options);
          return { out };
        };
        // A sum of K products of either sign.
        agrees(`gemm ${JSON.stringify(options)} (${M}, ${N}, ${K})`, run, { floor: 1e-7 * (K + 1) });
      }
    }
  }
}

for (const transposeB of [false, true]) {
  for (const [columns, width, widthB] of [
    [[3, 8], 11, 11],
    [[3, 8], 11, 5],
    [[6, 11], 5, 11],
    [[0, 2], 11, 11],
  ] as const) {
    agrees(
      `columns ${columns} of a product, out of ${width}, b of ${widthB}${transposeB ? ', transposed' : ''}`,
      (on, make) => {
        const [out, a] = [make.tensor([7, width]), make.tensor([7, 9])];
        const b = make.tensor(transposeB ? [widthB, 9] : [9, widthB]);
        on.gemm(out, a, b, { transposeB, columns });
        on.gemm(out, a, b, { transposeB, columns, accumulate: true });
        return { out };
      },
      { floor: 1e-6 },
    );
  }
}

onEachBackend((backend) => {
  test('columns outside the product are an error that names the shapes', () => {
    const make = new RandomTensors(backend);
    const call = () =>
      backend.gemm(make.tensor([2, 3]), make.tensor([2, 4]), make.tensor([4, 3]), { columns: [0, 5] });
    expect(call).toThrow('gemm: a is (2, 4), b is (4, 3), out is (2, 3), in columns 0 to 5; it needs');
  });

  test('a product of incompatible shapes is an error that names all three', () => {
    const make = new RandomTensors(backend);
    const call = () =>
      backend.gemm(make.tensor([2, 3]), make.tensor([2, 4]), make.tensor([4, 3]), { transposeB: true });
    expect(call).toThrow(
      'gemm: a is (2, 4), b is (4, 3) transposed, out is (2, 3); it needs (M, K) · (K, N) = (M, N).',
    );
  });
});
