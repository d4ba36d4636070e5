import { expect, test } from 'vitest';
import { RandomTensors } from '../../support/tensors.ts';
import { agrees, onEachBackend } from './agree.ts';

const widths: readonly (readonly [M: number, N: number])[] = [
  [1, 1],
  [1, 7],
  [3, 4],
  [5, 13],
  [19, 66],
];

for (const [M, N] of widths) {
  agrees(`transpose (${M}, ${N})`, (on, make) => {
    const out = make.tensor([N, M]);
    on.transpose(out, make.tensor([M, N]));
    return { out };
  });

  agrees(
    `rows: broadcast, sum, scale, add, fill and copy (${M}, ${N})`,
    (on, make) => {
      const [x, y, b] = [make.tensor([M, N]), make.tensor([M, N]), make.tensor([N])];
      const z = make.tensor([M, N]);
      on.broadcastRows(y, b);
      on.addToRows(y, b);
      on.addScaled(y, -0.3, x);
      on.scale(y, 1.7);
      on.sumRows(b, y);
      on.fill(z, 2.5);
      on.addScaled(y, 1, z);
      on.copy(z, y);
      on.broadcastRows(x, b);
      on.addScaled(z, 1, x);
      return { z, y, b };
    },
    // b is a sum of M rows of either sign.
    { floor: 3e-7 * M },
  );

  agrees(`rows of (${M}, ${N}) are copied, or 0 where they are reset, in place too`, (on, make) => {
    const [out, x, resets] = [make.tensor([M, N]), make.tensor([M, N]), make.ids([1, M], 2).part([M])];
    on.resetRows(out, x, resets);
    on.resetRows(x, x, resets);
    return { out, x };
  });
}

agrees('rows of a table by ids that repeat, and their gradient', (on, make) => {
  const [W, ids, out] = [make.tensor([9, 5]), make.ids([4, 6], 9), make.tensor([24, 5])];
  on.gatherRows(out, W, ids);
  on.scatterAddRows(W, ids, out);
  return { out, W };
});

agrees(
  'a table is scaled, added, measured and emptied in the rows that occur, each once',
  (on, make) => {
    const [W, dW, ids] = [make.tensor([9, 7]), make.tensor([9, 7]), make.ids([4, 6], 6)];
    const [rows, marks] = [on.arena.tensor([24], 'int32'), on.arena.tensor([9], 'int32')];
    const total = on.arena.tensor([1], 'float64');
    on.uniqueIds(rows, ids, marks);
    on.scale(dW, 0.5, rows);
    on.addScaled(W, -2, dW, rows);
    on.addSumOfSquares(total, W, rows);
    on.zeroRows(dW, rows);
    on.addScaled(W, 1, dW);
    return { W, dW, total };
  },
  { floor: 3e-7 },
);

onEachBackend((backend) => {
  test.each([-1, 9])('the id %i outside a table of 9 rows is an error', (id) => {
    const make = new RandomTensors(backend);
    const ids = make.ids([1, 2], 9).set([0, id]);
    const run = [
      () => backend.gatherRows(make.tensor([2, 5]), make.tensor([9, 5]), ids),
      () => backend.scatterAddRows(make.tensor([9, 5]), ids, make.tensor([2, 5])),
      () => {
        const total = backend.arena.tensor([3], 'float64');
        backend.countTargets(total, ids, 9, -7);
      },
    ];
    for (const call of run) expect(call).toThrow(`row 1 has the id ${id}; ids must be 0 to 8`);
  });

  test('rows of a table are written exactly at their ids', () => {
    const make = new RandomTensors(backend);
    const [table, ids, x] = [make.tensor([9, 5]), make.ids([1, 4], 9).set([7, 0, 8, 3]), make.tensor([4, 5])];
    x.view()[2] = -0;
    const expected = table.values();
    [7, 0, 8, 3].forEach((id, m) => expected.set(x.values().subarray(5 * m, 5 * m + 5), 5 * id));
    backend.scatterRows(table, ids, x);
    expect(table.values()).toEqual(expected);
    ids.set([1, 2, 9, 3]);
    expect(() => backend.scatterRows(table, ids, x)).toThrow('scatterRows: row 2 has the id 9');
  });

  test('a read returns a copy from the time of the call, and writes take effect in order', async () => {
    const make = new RandomTensors(backend);
    const x = make.tensor([2, 3]);
    const before = x.values();
    const reading = backend.read(x);
    backend.fill(x, 7);
    expect([...(await reading)]).toEqual([...before]);
    backend.write(x, [1, 2, 3, 4, 5, 6]);
    backend.scale(x, 2);
    const now = backend.readSync?.(x);
    backend.fill(x, 0);
    expect([...(now ?? [])]).toEqual([2, 4, 6, 8, 10, 12]);
    const sequence = backend.arena.sequence([2, 3]);
    backend.write(sequence, [1, 2, 3, 4, 5, 6]);
    expect([...sequence.values()]).toEqual([1, 3, 5, 2, 4, 6]); // memory order: a step after the other
    expect(() => backend.write(x, [1])).toThrow('write: got 1 numbers for (2, 3); it needs 6.');
  });
});
