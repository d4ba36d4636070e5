import { describe, expect, test } from 'vitest';
import type { Backend } from '../../src/backends/backend.ts';
import { openBackend } from '../../src/backends/open.ts';
import { MinGRU } from '../../src/layers/cells/mingru.ts';
import { MinLSTM } from '../../src/layers/cells/minlstm.ts';
import { TimeMinGRU } from '../../src/layers/time/mingru.ts';
import { TimeMinLSTM } from '../../src/layers/time/minlstm.ts';
import { fastBackends } from '../support/backends.ts';
import { RandomTensors } from '../support/tensors.ts';

const backends: readonly Backend[] = [await openBackend('reference'), ...fastBackends];
/** A BLAS may sum one row in another order than many; our own products don't. */
const exact = backends.filter(({ name }) => name !== 'blas');
const cells = [
  ['minGRU', 2, MinGRU, TimeMinGRU],
  ['minLSTM', 3, MinLSTM, TimeMinLSTM],
] as const;
const [N, T, D, H] = [20, 24, 40, 75];

describe.each(cells)('the scan of the %s', (_, G, Step, Time) => {
  test.each(exact.map((backend) => [backend.description, backend] as const))(
    'a whole block is bit-identical to its one-token steps on %s',
    (_, backend) => {
      const make = new RandomTensors(backend, 3);
      const [Wx, b] = [make.param('Wx', [D, G * H], 0.3), make.param('b', [G * H], 0.5)];
      const [xs, start] = [make.sequence([N, T, D]), make.tensor([N, H])];
      const layer = new Time(backend, Wx, b, { stateful: true });
      layer.setState(start);
      const hs = layer.forward(xs);
      let h = start;
      const [odd, even] = [new Step(backend, Wx, b), new Step(backend, Wx, b)];
      for (let t = 0; t < T; t++) {
        h = (t % 2 ? odd : even).forward(xs.step(t), h);
        expect(h.values()).toEqual(hs.step(t).values());
      }
    },
  );

  test.each(exact.map((backend) => [backend.description, backend] as const))(
    'T=1, token by token, is bit-identical to T=24 on %s',
    (_, backend) => {
      const make = new RandomTensors(backend, 4);
      const [Wx, b] = [make.param('Wx', [D, G * H], 0.3), make.param('b', [G * H], 0.5)];
      const xs = make.sequence([N, T, D]);
      const hs = new Time(backend, Wx, b).forward(xs);
      const stepper = new Time(backend, Wx, b, { stateful: true });
      const one = make.sequence([N, 1, D]);
      for (let t = 0; t < T; t++) {
        backend.copy(one, xs.step(t));
        expect(stepper.forward(one).values()).toEqual(hs.step(t).values());
      }
    },
  );

  test('refuses weights that are not a whole number of gates, and names them', async () => {
    const [reference] = backends;
    const make = new RandomTensors(reference);
    const call = (Wx: number[], b: number[]) => () =>
      new Time(reference, make.param('Wx', Wx), make.param('b', b));
    expect(call([5, 2 * G + 1], [2 * G + 1])).toThrow(
      `Time${Step.name}: Wx is (5, ${2 * G + 1}); it must be (D, ${G}H) = (5, ${3 * G}).`,
    );
    expect(call([5, 2 * G], [G])).toThrow(`b is (${G}); it must be (${G}H) = (${2 * G}).`);
  });
});

test('a closed gate keeps the state, an open one takes the candidate', () => {
  for (const backend of backends) {
    const run = (gates: number[]) => {
      const sequence = (values: number[]) => backend.arena.sequence([1, 1, values.length]).set(values);
      const block = {
        gates: sequence(gates),
        hs: sequence([0]),
        hStart: backend.arena.tensor([1, 1]).set([3]),
      };
      backend.scanForward(block);
      const [dgates, dh] = [sequence(gates.map(() => 0)), backend.arena.tensor([1, 1])];
      backend.scanBackward({ dgates, dh }, sequence([1]), block);
      return [block.hs.item(), dh.item(), ...dgates.values()].map((x) => Math.round(1e6 * x) / 1e6 + 0);
    };
    expect(run([-1e4, 7])).toEqual([3, 1, 0, 0]);
    expect(run([1e4, 7])).toEqual([7, 0, 0, 1]);
    expect(run([1e4, -1e4, 7])).toEqual([3, 1, 0, 0, 0]);
    expect(run([-1e4, 1e4, 7])).toEqual([7, 0, 0, 0, 1]);
    expect(run([1e4, 1e4, 7])).toEqual([5, 0.5, 0, 0, 0.5]);
    expect(run([-1e4, -1e4, 7])).toEqual([5, 0.5, -1, 1, 0.5]);
    expect(run([Number.NaN, 0, 7])[0]).toBeNaN();
  }
});
