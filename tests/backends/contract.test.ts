import { describe, expect, test } from 'vitest';
import type { Backend, GemmOptions } from '../../src/backends/backend.ts';
import { openBackend } from '../../src/backends/open.ts';
import { createMask } from '../../src/tensor/mask.ts';
import { Random } from '../../src/tensor/random.ts';
import type { Shape } from '../../src/tensor/shape.ts';
import { rowChunks } from '../../src/tensor/shape.ts';
import type { Tensor } from '../../src/tensor/tensor.ts';
import { expectClose, fastBackends } from '../support/backends.ts';
import { RandomTensors } from '../support/random-tensors.ts';

const reference = await openBackend('reference');

/** Runs the same calls on both backends, over the same numbers, and compares what they return. */
function compare(
  backend: Backend,
  run: (backend: Backend, make: RandomTensors) => Parameters<typeof expectClose>[1],
  tolerance?: number,
) {
  expectClose(
    backend.description,
    run(backend, new RandomTensors(backend)),
    run(reference, new RandomTensors(reference)),
    tolerance,
  );
}

/** As `compare`, for the many results of a loop, in which the rounding of a step goes on to the next. */
function compareAll(backend: Backend, run: (on: Backend, make: RandomTensors) => Record<string, Tensor>) {
  const exact = run(reference, new RandomTensors(reference));
  for (const [name, tensor] of Object.entries(run(backend, new RandomTensors(backend)))) {
    expectClose(`${backend.description}: ${name}`, tensor, exact[name], 3e-6);
  }
}

const products: [M: number, N: number, K: number][] = [
  [1, 1, 1],
  [1, 100, 100],
  [1, 4103, 13],
  [2, 3, 5],
  [5, 8, 4],
  [6, 8, 1],
  [7, 9, 11],
  [10, 418, 100],
  [20, 33, 65],
  [49, 71, 300],
  [97, 130, 257],
  [3, 2100, 10],
];
/** N, T and H of a time loop with gates: one of 150 is dealt out by columns. */
const loopSizes: [N: number, T: number, H: number][] = [
  [1, 1, 1],
  [3, 4, 5],
  [5, 3, 150],
];
const widths: Shape[] = [
  [1, 1],
  [1, 7],
  [3, 4],
  [5, 13],
  [19, 66],
];

describe.each(fastBackends.map((backend) => [backend.description, backend] as const))(
  '%s agrees with the reference:',
  (_, backend) => {
    for (const transposeA of [false, true]) {
      for (const transposeB of [false, true]) {
        for (const accumulate of [false, true]) {
          const options: GemmOptions = { transposeA, transposeB, accumulate };
          test.each(products)(`gemm ${JSON.stringify(options)} (%i, %i, %i)`, (M, N, K) => {
            compare(backend, (on, make) => {
              const a = make.tensor(transposeA ? [K, M] : [M, K]);
              const b = make.tensor(transposeB ? [N, K] : [K, N]);
              const out = make.tensor([M, N]);
              on.gemm(out, a, b, options);
              return out;
            });
          });
        }
      }
    }

    test.each(widths)('transpose (%i, %i)', (M, N) => {
      compare(backend, (on, make) => {
        const out = make.tensor([N, M]);
        on.transpose(out, make.tensor([M, N]));
        return out;
      });
    });

    test.each(widths)('rows: broadcast, sum, scale, add, fill and copy (%i, %i)', (M, N) => {
      compare(backend, (on, make) => {
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
        return z;
      });
    });

    test.each(widths)('tanh and its gradient (%i, %i)', (M, N) => {
      compare(backend, (on, make) => {
        const [h, dh, dt] = [0, 1, 2].map(() => make.tensor([M, N], 3));
        on.tanh(h);
        on.tanhBackward(dt, h, dh);
        return dt;
      });
    });

    test('tanh over its whole range, within 3 units in the last place', () => {
      const xs = Float32Array.from({ length: 40001 }, (_, i) => (i - 20000) / 1000);
      const x = backend.arena.tensor([xs.length]).set(xs);
      backend.tanh(x);
      const worst = x
        .values()
        .reduce((most, y, i) => Math.max(most, Math.abs(y / Math.tanh(xs[i]) - 1) || 0), 0);
      expect(worst).toBeLessThan(3 * 2 ** -23);
      backend.arena.release(x);
    });

    test('rows of a table by ids that repeat, and their gradient', () => {
      compare(backend, (on, make) => {
        const [W, ids, out] = [make.tensor([9, 5]), make.ids([4, 6], 9), make.tensor([24, 5])];
        on.gatherRows(out, W, ids);
        on.scatterAddRows(W, ids, out);
        return W;
      });
    });

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

    test('rows of a table are written by different ids, to the bit', () => {
      const make = new RandomTensors(backend);
      const [table, ids, x] = [
        make.tensor([9, 5]),
        make.ids([1, 4], 9).set([7, 0, 8, 3]),
        make.tensor([4, 5]),
      ];
      x.view()[2] = -0;
      const expected = table.values();
      [7, 0, 8, 3].forEach((id, m) => expected.set(x.values().subarray(5 * m, 5 * m + 5), 5 * id));
      backend.scatterRows(table, ids, x);
      expect(table.values()).toEqual(expected);
      ids.set([1, 2, 9, 3]);
      expect(() => backend.scatterRows(table, ids, x)).toThrow('scatterRows: row 2 has the id 9');
    });

    test('what is read is a copy of that moment, and what is written takes effect in order', async () => {
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

    test('clipping by a norm scales what is above it, and leaves alone what is not', () => {
      for (const [norm, maxNorm] of [
        [5, 2.5],
        [5, 5.1],
        [Number.NaN, 1],
      ]) {
        compare(backend, (on, make) => {
          const x = make.tensor([3, 7]);
          on.clipByNorm(x, on.arena.tensor([1], 'float64').set(norm ** 2), maxNorm);
          return x;
        });
        compare(backend, (on, make) => {
          const [x, rows] = [make.tensor([3, 7]), make.ids([1, 2], 3).set([2, -1])];
          on.clipByNorm(x, on.arena.tensor([1], 'float64').set(norm ** 2), maxNorm, rows);
          return x;
        });
      }
    });

    test('float64 terms are added with one rounding', () => {
      const make = new RandomTensors(backend);
      const x = make.tensor([5]);
      const terms = [1e-9, Math.PI, -0.1, 1 / 3, 0];
      const round = (sum: number) => (backend.arena.floatType === 'float32' ? Math.fround(sum) : sum);
      const expected = Array.from(x.values(), (value, i) => round(value + terms[i]));
      backend.addFloat64(x, backend.arena.tensor([5], 'float64').set(terms));
      expect([...x.values()]).toEqual(expected);
    });

    for (const part of ['dxs', 'losses', 'total', 'sums'] as const) {
      test.each([1, 2, 4, 7, 418])(`softmax with loss over V=%i: ${part}`, (V) => {
        compare(backend, (on, make) => {
          const [xs, b, ts] = [make.tensor([70, V], 4), make.tensor([V], 2), make.ids([7, 10], V)];
          ts.view()[5] = -1;
          const out = {
            dxs: make.tensor([70, V]),
            losses: make.tensor([70]),
            total: on.arena.tensor([3], 'float64'),
            sums: make.tensor([rowChunks(70), V]),
          };
          on.countTargets(out.total, ts, V, -1);
          on.softmaxWithLoss(out, xs, b, ts, -1);
          return out[part];
        });
      });
    }

    test('the loss without a gradient has the bits of the loss with one, also in place', () => {
      const make = new RandomTensors(backend);
      const [xs, ts, losses] = [make.tensor([6, 37], 4), make.ids([2, 3], 37), make.tensor([6])];
      const totals = [null, make.tensor([6, 37]), xs].map((dxs) => {
        const total = backend.arena.tensor([3], 'float64');
        backend.countTargets(total, ts, 37, -1);
        backend.softmaxWithLoss({ losses, total, dxs, sums: null }, xs, null, ts, -1);
        return total.item();
      });
      expect(new Set(totals).size).toBe(1);
    });

    test('scores of ±1e4 give a finite loss, and a NaN among them a loss of NaN', () => {
      const make = new RandomTensors(backend);
      const [ts, losses] = [make.ids([1, 1], 3).set([1]), make.tensor([1])];
      const loss = (scores: number[]) => {
        const total = backend.arena.tensor([3], 'float64');
        backend.countTargets(total, ts, 3, -1);
        const out = { losses, total, dxs: null, sums: null };
        backend.softmaxWithLoss(out, make.tensor([1, 3]).set(scores), null, ts, -1);
        return total.item();
      };
      expect(loss([1e4, -1e4, 0])).toBe(2e4);
      expect(loss([Number.NaN, 1, 0])).toBeNaN();
      expect(loss([0, 1, Number.NaN])).toBeNaN();
    });

    // The sum of a row is rounded V/4 times.
    test.each([1, 2, 4, 7, 418, 10_001])('softmax of rows over V=%i, in place and hotter', (V) => {
      for (const a of [1, 0.5, 20]) {
        const inPlace = (on: Backend, make: RandomTensors) => {
          const xs = make.tensor([9, V], 4);
          on.softmax(xs, xs, a);
          return xs;
        };
        compare(backend, inPlace, V < 1000 ? 1e-6 : 1e-5);
      }
    });

    test('a score of −∞ has no share, and a row without a largest finite score is NaN', () => {
      const shares = (...scores: number[]) => {
        const xs = new RandomTensors(backend).tensor([1, scores.length]).set(scores);
        backend.softmax(xs, xs);
        return [...xs.values()];
      };
      const [none, e] = [Number.NEGATIVE_INFINITY, 1 / (1 + Math.exp(-1))];
      expect(shares(none, 1e4, none, none, none)).toEqual([0, 1, 0, 0, 0]);
      expect(shares(none, 2, 1)[1]).toBeCloseTo(e, 6);
      for (const bad of [none, Number.NaN, Number.POSITIVE_INFINITY]) {
        expect(shares(none, bad, none, none, bad)).toEqual(new Array(5).fill(Number.NaN));
      }
      expect(shares(0, Number.NaN, 0)).toEqual([Number.NaN, Number.NaN, Number.NaN]);
    });

    test.each([1, 3, 4, 101, 40_001])('a step of every kind over %i numbers', (size) => {
      const of = (run: (on: Backend, ...tensors: Tensor[]) => void) => {
        for (const part of [0, 1, 2]) {
          compare(backend, (on, make) => {
            const [W, m, v, dW] = [0, 1, 2, 3].map(() => make.tensor([size]));
            v.set(v.values().map(Math.abs));
            run(on, W, m, v, dW);
            return [W, m, v][part];
          });
        }
      };
      const [decay, rate, epsilon] = [0.1, 0.3, 0.01];
      of((on, W, m, _, dW) => {
        on.momentumStep(W, m, dW, { decay, momentum: 0.9, gradientRate: 0.2, velocityRate: 0.3 });
      });
      of((on, W, _, v, dW) => on.squaresStep(W, v, dW, { decay, keep: 0.7, share: 0.4, rate, epsilon }));
      const shares = { decoupledDecay: 0.05, beta1: 0.8, oneMinusBeta1: 0.3, beta2: 0.7, oneMinusBeta2: 0.4 };
      of((on, W, m, v, dW) => on.adamStep(W, m, v, dW, { decay, ...shares, rate, epsilon }));
      of((on, W, m) => on.lerp(W, 0.3, m));
      of((on, W, m, v) => {
        on.swap(W, m);
        on.swap(m, v);
      });
    });

    test('numbers that change places have the same bits, NaN and −0 among them', () => {
      const [x, y] = [0, 1].map(() => backend.arena.tensor([5]));
      x.set([Number.NaN, -0, 1e-40, 4, 5]);
      y.set([5, 4, 3, 2, 1]);
      const [before, other] = [x.values(), y.values()];
      backend.swap(x, y);
      expect([x.values(), y.values()]).toEqual([other, before]);
    });

    test.each([1, 3, 4, 101])('the sum of squares of %i numbers, added to what is there', (size) => {
      compare(backend, (on, make) => {
        const total = on.arena.tensor([1], 'float64').set([2]);
        on.addSumOfSquares(total, make.tensor([size]));
        return total;
      });
    });

    test('a table is scaled, added, measured and emptied in the rows that occur, each once', () => {
      for (const part of [0, 1] as const) {
        compare(backend, (on, make) => {
          const [W, dW, ids] = [make.tensor([9, 7]), make.tensor([9, 7]), make.ids([4, 6], 6)];
          const [rows, marks] = [on.arena.tensor([24], 'int32'), on.arena.tensor([9], 'int32')];
          const total = on.arena.tensor([1], 'float64');
          on.uniqueIds(rows, ids, marks);
          on.scale(dW, 0.5, rows);
          on.addScaled(W, -2, dW, rows);
          on.addSumOfSquares(total, W, rows);
          on.zeroRows(dW, rows);
          on.addScaled(W, 1, dW);
          return [W, total][part];
        });
      }
    });

    test.each(widths)('rows of (%i, %i) are copied, or 0 where they are reset, in place too', (M, D) => {
      for (const part of [0, 1] as const) {
        compare(backend, (on, make) => {
          const [out, x, resets] = [make.tensor([M, D]), make.tensor([M, D]), make.ids([1, M], 2).part([M])];
          on.resetRows(out, x, resets);
          on.resetRows(x, x, resets);
          return [out, x][part];
        });
      }
    });

    test.each([
      [1, 1],
      [1, 7],
      [5, 13],
      [35, 1300],
    ])('dropout of %i rows of %i numbers: of each, of the same in all rows, of rows by id', (M, P) => {
      const mask = createMask([11, -12], 0.4);
      for (const part of [0, 1, 2] as const) {
        const masks: string[] = [];
        compare(backend, (on, make) => {
          const [x, ids] = [make.tensor([M, P]), make.ids([1, M], 9)];
          const [each, same, rows] = [0, 1, 2].map(() => make.tensor([M, P]));
          on.dropout(each, x, mask);
          on.dropout(same, x, mask, P);
          on.dropoutRows(rows, x, ids, mask);
          const out = [each, same, rows][part];
          masks.push(Array.from(out.values(), (y) => (y === 0 ? 1 : 0)).join(''));
          return out;
        });
        expect(masks[0] === masks[1]).toBe(true);
      }
    });

    test('dropout in place has the bits of dropout elsewhere, and takes a NaN away too', () => {
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

    test.each([
      [1, 1, 1],
      [5, 3, 3],
      [7, 13, 4],
      [6, 100, 0],
      [40, 1003, 5],
    ])('ranks and the highest of %i rows of %i scores, %i of them, equal ones too', (M, V, K) => {
      for (const part of [0, 1] as const) {
        compare(backend, (on, make) => {
          const [xs, ts] = [make.tensor([M, V]), make.ids([1, M], V)];
          // Quarters are the same in both precisions, and many are equal.
          xs.set(xs.values().map((x) => Math.round(4 * x) / 4));
          if (M > 2) ts.view()[2] = -1;
          const ranks = on.arena.tensor([M], 'int32');
          const top = K > 0 ? on.arena.tensor([M, K], 'int32') : null;
          on.rankRows({ ranks, top }, xs, ts, -1);
          return part === 1 && top ? top : ranks;
        });
      }
    });

    test.each([1, 2, 5, 127, 128, 131, 418, 10_001])('tokens drawn from rows of V=%i', (V) => {
      const random = new Random(V);
      for (const M of [1, 3, 40]) {
        const uniforms = Array.from({ length: M }, () => random.uniform());
        compare(backend, (on, make) => {
          const xs = make.tensor([M, V], 6);
          if (V > 4) for (let m = 0; m < M; m++) xs.view()[m * V + (m % V)] = Number.NEGATIVE_INFINITY;
          const [ids, draws] = [on.arena.tensor([M], 'int32'), on.arena.tensor([M, 3])];
          const scales = [1, 0, 2.5, 0.1, Number.NaN];
          uniforms.forEach((uniform, m) => {
            draws.view().set([scales[m % 5], Math.fround(uniform), uniform - Math.fround(uniform)], 3 * m);
          });
          on.drawRows(ids, xs, draws);
          return ids;
        });
      }
    });

    test('a token is drawn as often as its chance says, and never one of chance 0', () => {
      const scores = [0, Number.NEGATIVE_INFINITY, Math.log(3), Math.log(6), Number.NEGATIVE_INFINITY];
      const M = 2000;
      const xs = backend.arena.tensor([M, 5]).set(Array.from({ length: M }, () => scores).flat());
      const [ids, draws] = [backend.arena.tensor([M], 'int32'), backend.arena.tensor([M, 3])];
      draws.set(Array.from({ length: M }, (_, m) => [1, m / M, 0]).flat());
      backend.drawRows(ids, xs, draws);
      const counts = [0, 1, 2, 3, 4].map((id) => ids.view().filter((drawn) => drawn === id).length);
      expect(counts).toEqual([M / 10, 0, (3 * M) / 10, (6 * M) / 10, 0]);
    });

    test('the edges of a draw: nothing, all but nothing, equals, and scores that are none', () => {
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

    test('relu and its gradient, at 0 too, and NaN through it', () => {
      compare(backend, (on, make) => {
        const [h, dh, dt] = [0, 1, 2].map(() => make.tensor([5, 13], 3));
        h.view()[7] = 0;
        on.relu(h);
        on.reluBackward(dt, h, dh);
        on.addScaled(dt, 1, h);
        return dt;
      });
      const x = backend.arena.tensor([5]).set([Number.NaN, -1, 2, -0, Number.NaN]);
      backend.relu(x);
      expect([...x.values()]).toEqual([Number.NaN, 0, 2, 0, Number.NaN]);
    });

    test('some columns of a product, from the same ones of b, or from all of a b that holds just these', () => {
      for (const transposeB of [false, true]) {
        for (const [columns, width, widthB] of [
          [[3, 8], 11, 11],
          [[3, 8], 11, 5],
          [[6, 11], 5, 11],
          [[0, 2], 11, 11],
        ] as const) {
          compare(backend, (on, make) => {
            const [out, a] = [make.tensor([7, width]), make.tensor([7, 9])];
            const b = make.tensor(transposeB ? [widthB, 9] : [9, widthB]);
            on.gemm(out, a, b, { transposeB, columns });
            on.gemm(out, a, b, { transposeB, columns, accumulate: true });
            return out;
          });
        }
      }
      const make = new RandomTensors(backend);
      const call = () =>
        backend.gemm(make.tensor([2, 3]), make.tensor([2, 4]), make.tensor([4, 3]), { columns: [0, 5] });
      expect(call).toThrow('gemm: a is (2, 4), b is (4, 3), out is (2, 3), in columns 0 to 5; it needs');
    });

    test('the time loop of the RNN and its gradient, wide and narrow, with tanh and with ReLU', () => {
      for (const [N, T, H, activation] of [
        [1, 1, 1, 'tanh'],
        [3, 4, 5, 'tanh'],
        [3, 4, 5, 'relu'],
        [5, 3, 300, 'tanh'],
        [5, 3, 300, 'relu'],
      ] as const) {
        for (const part of ['hs', 'dts', 'dh'] as const) {
          compare(backend, (on, make) => {
            const [hs, dhs, dts] = [0, 1, 2].map(() => make.sequence([N, T, H]));
            const [hStart, dh, Wh, WhT] = [
              make.tensor([N, H]),
              make.tensor([N, H]),
              make.tensor([H, H], 1 / H),
              make.tensor([H, H]),
            ];
            on.transpose(WhT, Wh);
            on.rnnForward(hs, hStart, Wh, activation);
            on.rnnBackward(dts, dh, dhs, hs, WhT, activation);
            return { hs, dts, dh }[part];
          });
        }
      }
    });

    for (const [cell, G] of [
      ['LSTM', 4],
      ['CIFG', 3],
    ] as const) {
      test.each(loopSizes)(`the time loop of the ${cell} and its gradient, N=%i, T=%i, H=%i`, (N, T, H) => {
        compareAll(backend, (on, make) => {
          const [gates, dgates] = [0, 1].map(() => make.sequence([N, T, G * H]));
          const [hs, cs, dhs] = [0, 1, 2].map(() => make.sequence([N, T, H]));
          const [hStart, cStart, dh, dc] = [0, 1, 2, 3].map(() => make.tensor([N, H]));
          const [Wh, WhT] = [make.tensor([H, G * H], 1 / H), make.tensor([G * H, H])];
          on.transpose(WhT, Wh);
          const block = { gates, hs, cs, hStart, cStart };
          on.lstmForward(block, Wh);
          on.lstmBackward({ dgates, dh, dc }, dhs, block, WhT);
          return { hs, cs, gates, dgates, dh, dc };
        });
      });
    }

    for (const reset of ['before', 'after']) {
      test.each(loopSizes)(`the time loop of the GRU that resets ${reset}, N=%i, T=%i, H=%i`, (N, T, H) => {
        compareAll(backend, (on, make) => {
          const [gates, dgates] = [0, 1].map(() => make.sequence([N, T, 3 * H]));
          const [hs, candidateInput, dcandidateInput, dhs] = [0, 1, 2, 3].map(() => make.sequence([N, T, H]));
          const [hStart, dh] = [make.tensor([N, H]), make.tensor([N, H])];
          const [Wh, WhT] = [make.tensor([H, 3 * H], 1 / H), make.tensor([3 * H, H])];
          const bh = reset === 'after' ? make.tensor([H]) : null;
          on.transpose(WhT, Wh);
          const block = { gates, candidateInput, hs, hStart, bh };
          on.gruForward(block, Wh);
          on.gruBackward({ dgates, dcandidateInput, dh }, dhs, block, WhT);
          return { hs, candidateInput, gates, dgates, dcandidateInput, dh };
        });
      });
    }

    for (const [cell, G] of [
      ['minGRU', 2],
      ['minLSTM', 3],
    ] as const) {
      test.each([...loopSizes, [20, 200, 33]])(
        `the scan of the ${cell} and its gradient, N=%i, T=%i, H=%i`,
        (N, T, H) => {
          compareAll(backend, (on, make) => {
            const [gates, dgates] = [0, 1].map(() => make.sequence([N, T, G * H]));
            const [hs, dhs] = [0, 1].map(() => make.sequence([N, T, H]));
            const [hStart, dh] = [0, 1].map(() => make.tensor([N, H]));
            const block = { gates, hs, hStart };
            on.scanForward(block);
            on.scanBackward({ dgates, dh }, dhs, block);
            return { hs, gates, dgates, dh };
          });
        },
      );
    }

    test('gates over their whole range are finite, and a NaN comes through', () => {
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

    test('coupled gates over their whole range keep the whole state or take the whole candidate, and a NaN comes through', () => {
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

    test('a product of shapes that disagree is an error that names all three', () => {
      const make = new RandomTensors(backend);
      const call = () =>
        backend.gemm(make.tensor([2, 3]), make.tensor([2, 4]), make.tensor([4, 3]), { transposeB: true });
      expect(call).toThrow(
        'gemm: a is (2, 4), b is (4, 3) transposed, out is (2, 3); it needs (M, K) · (K, N) = (M, N).',
      );
    });
  },
);

test('an unknown backend is an error that names the known ones', async () => {
  await expect(openBackend('cuda')).rejects.toThrow(
    "openBackend: got 'cuda'; it must be one of auto, blas, wasm, wasm-strict, reference.",
  );
});
