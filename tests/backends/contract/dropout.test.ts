import { expect, test } from 'vitest';
import { createMask } from '../../../src/tensor/mask.ts';
import type { Tensor } from '../../../src/tensor/tensor.ts';
import { RandomTensors } from '../../support/tensors.ts';
import { agrees, onEachBackend } from './agree.ts';

// Threads share 30,000 numbers and more.
for (const [M, P] of [
  [1, 1],
  [1, 7],
  [5, 13],
  [25, 1203],
]) {
  const mask = createMask([11, -12], 0.4);
  agrees(
    `dropout of ${M} rows of ${P} numbers: of each, of the same in all rows, of rows by id`,
    (on, make) => {
      const [x, ids] = [make.tensor([M, P]), make.ids([1, M], 9)];
      const [each, same, rows] = [0, 1, 2].map(() => make.tensor([M, P]));
      on.dropout(each, x, mask);
      on.dropout(same, x, mask, P);
      on.dropoutRows(rows, x, ids, mask);
      return { each, same, rows };
    },
  );
}

onEachBackend((backend) => {
  test('in-place dropout is bit-identical to out-of-place dropout, and drops NaN too', () => {
    const make = new RandomTensors(backend);
    const [x, out, ids] = [make.tensor([6, 7]), make.tensor([6, 7]), make.ids([1, 6], 4)];
    const mask = createMask([1, 2], 0.5);
    for (const drop of [
      (to: Tensor) => backend.dropout(to, x, mask),
      (to: Tensor) => backend.dropout(to, x, mask, 7),
      (to: Tensor) => backend.dropoutRows(to, x, ids, mask),
    ]) {
      drop(out);
      drop(x);
      expect(x.values()).toEqual(out.values());
    }
    backend.dropout(out, x.set(new Array(42).fill(Number.NaN)), mask);
    expect(new Set(out.values())).toEqual(new Set([0, Number.NaN]));
  });
});
