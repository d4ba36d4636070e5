import { expect, test } from 'vitest';
import type { Backend } from '../../../src/backends/backend.ts';
import { openBackend } from '../../../src/backends/open.ts';
import type { Tensor } from '../../../src/tensor/tensor.ts';
import { threadCounts } from '../../support/backends.ts';
import { expectNumbers, RandomTensors } from '../../support/tensors.ts';
import { agrees, onEachBackend } from './agree.ts';

function orthogonalised(on: Backend, x: Tensor, blocks: number): Tensor {
  const [R, C] = [x.shape[0], x.shape[1] / blocks];
  on.orthogonalise(x, blocks, on.arena.tensor([blocks, 2 * R * C + 2 * Math.min(R, C) ** 2]));
  return x;
}

// Wide and tall blocks; fewer blocks than threads, as many, and some left over; below and above the work that threads share.
const shapes = [
  [1, 1, 1],
  [1, 6, 4],
  [3, 8, 2],
  [9, 4, 3],
  [65, 33, 5],
  [70, 130, 4],
  [131, 70, 3],
  [150, 150, 1],
] as const;

for (const [R, C, blocks] of shapes) {
  for (const size of [1e-12, 1, 1e6]) {
    const name = `${blocks} orthogonalised blocks of ${R} by ${C}, of numbers of about ${size}`;
    // The smallest singular values are multiplied by 74, and their rounding with them.
    agrees(name, (on, make) => ({ x: orthogonalised(on, make.tensor([R, blocks * C], size), blocks) }), {
      relative: 1e-4,
      floor: 1e-4,
    });
  }
}

/** U·diag(s)·Vᵀ (3,4) of two fixed rotations, so that the singular values are known. */
function withSingularValues(s: readonly number[]): number[] {
  const [u, v] = [rotation(3, 0.7), rotation(4, 1.9)];
  return [0, 1, 2].flatMap((i) =>
    [0, 1, 2, 3].map((j) => s.reduce((sum, value, k) => sum + value * u[i][k] * v[j][k], 0)),
  );
}

/** A product of plane rotations of every pair of neighbouring axes. */
function rotation(size: number, angle: number): number[][] {
  const rows = Array.from({ length: size }, (_, i) =>
    Array.from({ length: size }, (__, j) => Number(i === j)),
  );
  for (let axis = 0; axis + 1 < size; axis++) {
    for (const row of rows) {
      const [x, y] = [row[axis], row[axis + 1]];
      row[axis] = Math.cos(angle) * x - Math.sin(angle) * y;
      row[axis + 1] = Math.sin(angle) * x + Math.cos(angle) * y;
    }
  }
  return rows;
}

test('keeps the singular vectors; all singular values from a hundredth of the largest end between 0.7 and 1.2', async () => {
  const on = await openBackend('reference');
  const [first, middle] = [1, 1 / 2];
  for (let last = 1; last > 0.011; last *= 0.93) {
    const values = [first, middle, last];
    const x = on.arena.tensor([3, 4]).set(withSingularValues(values));
    const out = orthogonalised(on, x, 1).values();
    // The singular values of the result, in the same vectors: Uᵀ·out·V.
    const [u, v] = [rotation(3, 0.7), rotation(4, 1.9)];
    const found = values.map((_, k) =>
      out.reduce((sum, value, at) => sum + value * u[Math.floor(at / 4)][k] * v[at % 4][k], 0),
    );
    for (const value of found) expect(value).toSatisfy((s: number) => s > 0.6995 && s < 1.2005);
    expectNumbers('U·s·Vᵀ', out, withSingularValues(found), 1e-9);
  }
});

onEachBackend((on) => {
  test('a block of zeros stays 0 beside another', () => {
    const x = on.arena.tensor([2, 4]).set([0, 0, 3, 1, 0, 0, 1, 2]);
    const out = orthogonalised(on, x, 2).values();
    expect([0, 1, 4, 5].map((at) => out[at])).toEqual([0, 0, 0, 0]);
    expect(Math.abs(out[2])).toBeGreaterThan(0.1);
  });
});

test.each(shapes)(
  'the bits do not depend on the number of threads: blocks of %i by %i, %i of them',
  (R, C, blocks) => {
    const on = (backend: Backend) =>
      orthogonalised(backend, new RandomTensors(backend).tensor([R, blocks * C]), blocks).values();
    for (const [one, several] of threadCounts) expect(on(several)).toEqual(on(one));
  },
);
