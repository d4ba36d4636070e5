import { expect, test } from 'vitest';
import { Random } from '../../../src/tensor/random.ts';
import { agrees, onEachBackend } from './agree.ts';

for (const V of [1, 2, 5, 127, 128, 131, 418, 10_001]) {
  const random = new Random(V);
  for (const M of [1, 3, V > 1000 ? 7 : 40]) {
    const uniforms = Array.from({ length: M }, () => random.uniform());
    agrees(`tokens drawn from ${M} rows of V=${V}`, (on, make) => {
      const xs = make.tensor([M, V], 6);
      if (V > 4) for (let m = 0; m < M; m++) xs.view()[m * V + (m % V)] = Number.NEGATIVE_INFINITY;
      const [ids, draws] = [on.arena.tensor([M], 'int32'), on.arena.tensor([M, 3])];
      const scales = [1, 0, 2.5, 0.1, Number.NaN];
      uniforms.forEach((uniform, m) => {
        draws.view().set([scales[m % 5], Math.fround(uniform), uniform - Math.fround(uniform)], 3 * m);
      });
      on.drawRows(ids, xs, draws);
      return { ids };
    });
  }
}

onEachBackend((backend) => {
  test('tokens are sampled in proportion to their probabilities, never one of probability 0', () => {
    const scores = [0, Number.NEGATIVE_INFINITY, Math.log(3), Math.log(6), Number.NEGATIVE_INFINITY];
    const M = 2000;
    const xs = backend.arena.tensor([M, 5]).set(Array.from({ length: M }, () => scores).flat());
    const [ids, draws] = [backend.arena.tensor([M], 'int32'), backend.arena.tensor([M, 3])];
    draws.set(Array.from({ length: M }, (_, m) => [1, m / M, 0]).flat());
    backend.drawRows(ids, xs, draws);
    const counts = [0, 1, 2, 3, 4].map((id) => ids.view().filter((drawn) => drawn === id).length);
    expect(counts).toEqual([M / 10, 0, (3 * M) / 10, (6 * M) / 10, 0]);
  });

  test('edge cases of sampling: uniform numbers 0 and almost 1, ties, and logits that are not finite', () => {
    const { NaN: nan, POSITIVE_INFINITY: up, NEGATIVE_INFINITY: down } = Number;
    const rows: [scores: number[], scale: number, uniform: number, id: number][] = [
      [[down, 1, 2, down], 1, 0, 1],
      [[down, 1, 2, down], 1, 1 - 2 ** -53, 2],
      [[3, 7, 7, 1], 0, 0, 1],
      [[3, 1, 2, 7], 1e30, 0.999, 3],
      [[1, nan, 2, 3], 1, 0.5, -1],
      [[1, 2, 3, nan], 0, 0.5, -1],
      [[1, up, 2, 3], 1, 0.5, -1],
      [[down, down, down, down], 1, 0.5, -1],
      [[1, 2, 3, 4], nan, 0.5, -1],
    ];
    const xs = backend.arena.tensor([rows.length, 4]).set(rows.flatMap(([scores]) => scores));
    const [ids, draws] = [
      backend.arena.tensor([rows.length], 'int32'),
      backend.arena.tensor([rows.length, 3]),
    ];
    rows.forEach(([, scale, uniform], m) => {
      draws.view().set([scale, Math.fround(uniform), uniform - Math.fround(uniform)], 3 * m);
    });
    backend.drawRows(ids, xs, draws);
    expect([...ids.values()]).toEqual(rows.map(([, , , id]) => id));
    for (const m of [4, 5, 6, 7, 8]) expect([...xs.part([4], 4 * m).values()]).toEqual(rows[m][0]);
  });
});
