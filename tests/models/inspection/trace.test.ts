import { describe, expect, test } from 'vitest';
import { openBackend } from '../../../src/backends/open.ts';
import { type Cell, cellNames, cells } from '../../../src/models/cells.ts';
import type { TraceOptions, TraceWindow } from '../../../src/models/inspection/trace.ts';
import { RecurrentLM } from '../../../src/models/recurrent-lm.ts';
import { Random } from '../../../src/tensor/random.ts';
import { randomIntegers } from '../../data/random-integers.ts';
import { asyncBackend } from '../../support/async-backend.ts';

const V = 11;
const ids = Int32Array.from(randomIntegers(3, 10, V));
const backend = await openBackend('reference');

function modelOf(cell: Cell, more: object = {}): RecurrentLM {
  const config = { cell, vocabSize: V, embeddingSize: 4, hiddenSize: 5, layers: 2, ...more };
  return new RecurrentLM(backend, config, new Random(2), { scale: 0.8 });
}

async function traced(model: RecurrentLM, options: TraceOptions = {}): Promise<TraceWindow[]> {
  const windows: TraceWindow[] = [];
  for await (const window of model.trace(ids, options)) windows.push(window);
  return windows;
}

/** Row t of a (T, H) array. */
const row = (numbers: ArrayLike<number>, t: number, H: number) =>
  Array.from(numbers).slice(t * H, (t + 1) * H);

describe.each([
  ...cellNames.map((cell): [string, RecurrentLM] => [cell, modelOf(cell)]),
  ['gru, reset after', modelOf('gru', { resetAfter: true })],
  ['lstm, tied', modelOf('lstm', { tied: true })],
] as [string, RecurrentLM][])('%s:', (_, model) => {
  test('states and logits equal those of reading token by token', async () => {
    const [window] = await traced(model, { logits: true });
    const state = model.state();
    for (const [t, id] of ids.entries()) {
      const scores = model.step(Int32Array.of(id), [state]);
      expect(row(window.logits ?? [], t, V)).toEqual([...scores.values()]);
      for (const [i, { h, c }] of state.layers.entries()) {
        const { width } = window.layers[i];
        expect(row(window.layers[i].h, t, width)).toEqual([...h]);
        if (c) expect(row(window.layers[i].c ?? [], t, width)).toEqual([...c]);
        else expect(window.layers[i].c).toBeNull();
      }
    }
  });

  test('windows of any length give the same numbers, also from a state, which is advanced', async () => {
    const [whole] = await traced(model);
    const windows = await traced(model, { window: 3 });
    expect(windows.map(({ start, ids }) => [start, ids.length])).toEqual([
      [0, 3],
      [3, 3],
      [6, 3],
      [9, 1],
    ]);
    expect(windows.flatMap(({ ids }) => [...ids])).toEqual([...ids]);
    whole.layers.forEach((layer, i) => {
      expect(windows.flatMap(({ layers }) => [...layers[i].h])).toEqual([...layer.h]);
      for (const [gate, numbers] of Object.entries(layer.gates)) {
        expect(windows.flatMap(({ layers }) => [...layers[i].gates[gate]])).toEqual([...numbers]);
      }
    });
    const state = model.state();
    for await (const _ of model.trace(ids.subarray(0, 4), { state }));
    for await (const { layers } of model.trace(ids.subarray(4), { state })) {
      expect([...layers[1].h]).toEqual([...whole.layers[1].h].slice(4 * layers[1].width));
    }
    expect([...state.layers[1].h]).toEqual([...whole.layers[1].h].slice(-whole.layers[1].width));
  });

  test('the carried state is not used, and logits are included only if requested', async () => {
    model.resetState();
    const { xs, ts } = model.place({ N: 1, T: 2, xs: Int32Array.of(1, 2), ts: Int32Array.of(2, 3) });
    model.forward(xs, ts, false);
    const before = await model.save();
    const [{ logits }] = await traced(model);
    expect(logits).toBeNull();
    expect(await model.save()).toEqual(before);
  });
});

test('the gates have the names of the cell, and reproduce its states', async () => {
  const [lstm] = await traced(modelOf('lstm'));
  const [cifg] = await traced(modelOf('lstm-cifg'));
  const [gru] = await traced(modelOf('gru'));
  const [rnn] = await traced(modelOf('rnn'));
  expect(Object.keys(lstm.layers[0].gates)).toEqual(cells.lstm.gates);
  expect(Object.keys(rnn.layers[0].gates)).toEqual([]);
  const H = 5;
  for (let k = H; k < ids.length * H; k++) {
    const { h, c, gates } = lstm.layers[1];
    expect(c?.[k]).toBeCloseTo(gates.f[k] * c![k - H] + gates.g[k] * gates.i[k], 12);
    expect(h[k]).toBeCloseTo(gates.o[k] * Math.tanh(c![k]), 12);
    const other = cifg.layers[1];
    expect(other.c?.[k]).toBeCloseTo(
      other.gates.f[k] * other.c![k - H] + (1 - other.gates.f[k]) * other.gates.g[k],
      12,
    );
    const { h: hs, gates: of } = gru.layers[1];
    expect(hs[k]).toBeCloseTo((1 - of.z[k]) * hs[k - H] + of.z[k] * of.ĥ[k], 12);
  }
});

test.each([
  [new Int32Array(), {}, 'trace: got no ids'],
  [Int32Array.of(V), {}, 'id'],
  [ids, { window: 0 }, 'trace: window is 0'],
])('%#: refuses invalid arguments', async (text, options, message) => {
  await expect(modelOf('rnn').trace(text, options).next()).rejects.toThrow(message);
});

test('a backend that only reads asynchronously gives the same bits', async () => {
  const config = { cell: 'lstm' as const, vocabSize: V, embeddingSize: 4, hiddenSize: 5, layers: 2 };
  const model = new RecurrentLM(asyncBackend(), config, new Random(2), { scale: 0.8 });
  const options = { window: 4, logits: true };
  expect(await traced(model, options)).toEqual(await traced(modelOf('lstm'), options));
});

test('aborting stops it between two windows', async () => {
  const controller = new AbortController();
  const windows = modelOf('rnn').trace(ids, { window: 2, signal: controller.signal });
  await windows.next();
  controller.abort(new Error('enough'));
  await expect(windows.next()).rejects.toThrow('enough');
});
