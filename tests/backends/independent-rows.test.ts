import { describe, expect, test } from 'vitest';
import type { Backend } from '../../src/backends/backend.ts';
import { openBackend } from '../../src/backends/open.ts';
import { cellNames } from '../../src/models/cells.ts';
import { RecurrentLM } from '../../src/models/recurrent-lm.ts';
import { Random } from '../../src/tensor/random.ts';
import type { Tensor } from '../../src/tensor/tensor.ts';
import { fastBackends } from '../support/backends.ts';

// A row has the same bits whatever stands beside it. A BLAS promises no such thing, our kernels do.

const reference = await openBackend('reference');
const backends = [reference, ...fastBackends].filter(({ name }) => name !== 'blas');
const titled = backends.map((backend) => [backend.description, backend] as const);

/** Below, at and beyond the sizes of tiles and vectors, and as much as several threads share. */
const sizes: [N: number, K: number][] = [
  [1, 1],
  [3, 5],
  [7, 31],
  [8, 4],
  [13, 258],
  [16, 16],
  [39, 6],
  [130, 257],
  [418, 101],
  [1501, 47],
];
const counts = [2, 3, 5, 6, 7, 13, 49];

function same(a: Float64Array, b: Float64Array): boolean {
  return a.length === b.length && a.every((number, i) => Object.is(number, b[i]));
}

describe.each(titled)('%s: each row of a product is bit-identical to the row computed alone', (_, on) => {
  test.each(sizes)('N=%i, K=%i', (N, K) => {
    const random = new Random(1);
    const make = (rows: number, columns: number): Tensor => {
      const numbers = new Float64Array(rows * columns).map(() => random.uniform() - 0.5);
      return on.arena.tensor([rows, columns]).set(numbers);
    };
    const most = Math.max(...counts);
    const [x, start, out] = [make(most, K), make(most, N), make(most, N)];
    for (const transposeB of [false, true]) {
      const W = transposeB ? make(N, K) : make(K, N);
      for (const options of [{ transposeB }, { transposeB, accumulate: true }]) {
        const product = (first: number, M: number) => {
          const rows = out.part([M, N], first * N);
          on.copy(rows, start.part([M, N], first * N));
          on.gemm(rows, x.part([M, K], first * K), W, options);
          return rows.values();
        };
        const alone = Array.from({ length: most }, (_, m) => product(m, 1));
        for (const M of counts) {
          const together = product(0, M);
          const rows = alone.slice(0, M).map((row, m) => same(row, together.subarray(m * N, (m + 1) * N)));
          expect(rows.indexOf(false), `${M} rows, ${JSON.stringify(options)}`).toBe(-1);
        }
      }
    }
  });
});

const [V, N, T] = [523, 7, 3];

/** What a model makes of N streams of 2·T + 1 tokens, read at once or one by one: a list for each stream. */
function read(model: RecurrentLM, streams: readonly Int32Array[]): Record<string, Float64Array[]> {
  const count = streams.length;
  const found: Record<string, Float64Array[]> = {};
  const keep = (name: string, values: Float64Array) => {
    found[name] = streams.map((_, n) => values.filter((_, i) => i % count === n));
  };
  const block = (from: number, steps: number) =>
    Int32Array.from({ length: count * steps }, (_, i) => streams[i % count][from + Math.floor(i / count)]);
  const states = streams.map(() => model.state());
  for (const [from, steps] of [
    [0, 1],
    [1, T],
    [1 + T, 1],
  ]) {
    const logits = model.step(block(from, steps), states).values();
    found[`logits from ${from}`] = streams.map((_, n) => logits.slice(n * V, (n + 1) * V));
  }
  found.states = states.map(({ layers }) =>
    Float64Array.from(layers.flatMap(({ h, c }) => [...h, ...(c ?? [])])),
  );
  for (const state of states) state.release();
  const { xs, ts } = model.place({ N: count, T, xs: block(0, T), ts: block(1, T) });
  model.resetState();
  const { losses, ranks } = model.rank(xs, ts, 3);
  keep('losses with ranks', losses.rows().values());
  keep('ranks', ranks.rows().values());
  model.resetState();
  keep('losses', model.forward(xs, ts, false).losses.rows().values());
  return found;
}

function livelyModel(on: Backend, config: object): RecurrentLM {
  const sizes = { cell: 'rnn', vocabSize: V, embeddingSize: 33, hiddenSize: 37, layers: 2 } as const;
  const random = new Random(2);
  const model = new RecurrentLM(on, { ...sizes, ...config });
  for (const { value } of model.params) value.set(value.values().map(() => random.uniform() - 0.5));
  return model;
}

const configs = [
  ...cellNames.flatMap((cell) => [{ cell }, { cell, tied: true }]),
  { cell: 'gru', resetAfter: true, tied: true },
  { cell: 'lstm', tied: true, embeddingSize: 150, hiddenSize: 150, layers: 1 },
];

describe.each(titled)('%s: each stream is bit-identical to the stream computed alone', (_, on) => {
  test.each(configs)('%o', (config) => {
    const model = livelyModel(on, config);
    const random = new Random(3);
    const streams = Array.from({ length: N }, () =>
      Int32Array.from({ length: 2 * T + 1 }, () => Math.floor(random.uniform() * V)),
    );
    const together = read(model, streams);
    const alone = streams.map((stream) => read(model, [stream]));
    for (const [name, values] of Object.entries(together)) {
      const streams = values.map((value, n) => same(value, alone[n][name][0]));
      expect(streams.indexOf(false), name).toBe(-1);
    }
  });
});
