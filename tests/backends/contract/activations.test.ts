import { expect, test } from 'vitest';
import { agrees, onEachBackend } from './agree.ts';

for (const [M, N] of [
  [1, 1],
  [1, 7],
  [5, 13],
  [19, 66],
]) {
  agrees(
    `tanh and its gradient (${M}, ${N})`,
    (on, make) => {
      const [h, dh, dt] = [0, 1, 2].map(() => make.tensor([M, N], 3));
      on.tanh(h);
      on.tanhBackward(dt, h, dh);
      return { h, dt };
    },
    // 1 − h² of an h near 1.
    { floor: 1e-6 },
  );
}

agrees('relu and its gradient, at 0 too', (on, make) => {
  const [h, dh, dt] = [0, 1, 2].map(() => make.tensor([5, 13], 3));
  h.view()[7] = 0;
  on.relu(h);
  on.reluBackward(dt, h, dh);
  return { h, dt };
});

onEachBackend((backend) => {
  test('relu propagates NaN', () => {
    const x = backend.arena.tensor([5]).set([Number.NaN, -1, 2, -0, Number.NaN]);
    backend.relu(x);
    expect([...x.values()]).toEqual([Number.NaN, 0, 2, 0, Number.NaN]);
  });

  test('tanh is accurate to 3 units in the last place over its whole range', () => {
    const xs = Float32Array.from({ length: 40001 }, (_, i) => (i - 20000) / 1000);
    const x = backend.arena.tensor([xs.length]).set(xs);
    backend.tanh(x);
    const worst = x
      .values()
      .reduce((most, y, i) => Math.max(most, Math.abs(y / Math.tanh(xs[i]) - 1) || 0), 0);
    expect(worst).toBeLessThan(3 * 2 ** -23);
    backend.arena.release(x);
  });

  test('gates are finite over their whole range, and NaN propagates', () => {
    const sequence = (values: number[]) => backend.arena.sequence([1, 1, values.length]).set(values);
    const state = () => backend.arena.tensor([1, 1]);
    const run = (size: number) => {
      const block = { gates: sequence([size, -size, size, -size]), hs: sequence([0]), cs: sequence([0]) };
      backend.lstmForward({ ...block, hStart: state(), cStart: state() }, backend.arena.tensor([1, 4]));
      return [...block.gates.values(), ...block.cs.values()];
    };
    expect(run(1e4)).toEqual([1, -1, 1, expect.closeTo(0, 30), -1]);
    expect(run(-1e4)).toEqual([expect.closeTo(0, 30), 1, expect.closeTo(0, 30), 1, expect.closeTo(0, 30)]);
    expect(run(Number.NaN)).toEqual(new Array(5).fill(Number.NaN));
  });

  test('saturated coupled gates keep the state or take the candidate exactly, and NaN propagates', () => {
    const sequence = (values: number[]) => backend.arena.sequence([1, 1, values.length]).set(values);
    const run = (f: number, candidate: number) => {
      const block = { gates: sequence([f, candidate, 0]), hs: sequence([0]), cs: sequence([0]) };
      const [hStart, cStart] = [0, 1].map((value) => backend.arena.tensor([1, 1]).set([7 * value]));
      backend.lstmForward({ ...block, hStart, cStart }, backend.arena.tensor([1, 3]));
      return [...block.gates.values(), ...block.cs.values()];
    };
    expect(run(1e4, -1e4)).toEqual([1, -1, 0.5, 7]);
    expect(run(-1e4, 1e4)).toEqual([expect.closeTo(0, 30), 1, 0.5, 1]);
    expect(run(Number.NaN, 1)[3]).toBe(Number.NaN);
  });
});
