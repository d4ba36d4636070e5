import { describe, expect, test } from 'vitest';
import { State } from '../../../src/models/state/state.ts';
import { Random } from '../../../src/tensor/random.ts';
import {
  configs,
  draw,
  lstm,
  numbersOf,
  open,
  reference,
  scoresAlone,
  threaded,
  V,
  wasm,
} from './open-models.ts';

describe.each(configs)('the states of a model of %o', (config) => {
  test.each([
    ['reference', reference],
    ['wasm', wasm],
    ['wasm on three threads', threaded],
  ] as const)('are independent, for any interleaving and batching of streams, on %s', (_, backend) => {
    const model = open(config, backend);
    const random = new Random(3);
    const texts = Array.from({ length: 5 }, () => Array.from({ length: 12 }, () => draw(random, V)));
    const alone = texts.map((text) => scoresAlone(model, text));
    const states = texts.map(() => model.state());
    const read = texts.map(() => 0);
    for (let round = 0; round < 60; round++) {
      const batch = [0, 1, 2, 3, 4].filter((n) => random.uniform() < 0.5 && read[n] < 12);
      if (batch.length === 0) continue;
      if (round % 4 === 0) batch.reverse();
      const ids = Int32Array.from(batch, (n) => texts[n][read[n]]);
      const scores = model
        .step(
          ids,
          batch.map((n) => states[n]),
        )
        .values();
      batch.forEach((n, row) => {
        const [found, expected] = [scores.subarray(row * V, (row + 1) * V), alone[n][read[n]++]];
        expect([...found]).toEqual(expected);
      });
    }
    expect(Math.min(...read)).toBeGreaterThan(5);
  });

  test.each([
    ['reference', reference],
    ['wasm', wasm],
    ['wasm on three threads', threaded],
  ] as const)('are moved on by reading as by a step, to the bit, on %s', (_, backend) => {
    const model = open(config, backend);
    const random = new Random(4);
    const [reading, stepping] = [0, 1].map(() => Array.from({ length: 4 }, () => model.state()));
    for (const [N, T] of [
      [4, 1],
      [1, 7],
      [3, 5],
      [2, 2],
    ]) {
      const ids = Int32Array.from({ length: N * T }, () => draw(random, V));
      model.read(ids, reading.slice(0, N));
      model.step(ids, stepping.slice(0, N));
      expect(reading.map(numbersOf)).toEqual(stepping.map(numbersOf));
    }
    expect(numbersOf(reading[3])).not.toEqual(numbersOf(model.state()));
  });

  test('round-trip through bytes bit for bit, and are refused with other weights', () => {
    const model = open(config);
    const state = model.state();
    model.step(Int32Array.of(1, 2, 3), [state]);
    const again = State.fromBytes(state.toBytes(), model);
    expect(numbersOf(again)).toEqual(numbersOf(state));
    expect(again.toBytes()).toEqual(state.toBytes());
    const other = open(config, wasm, 8);
    expect(() => State.fromBytes(state.toBytes(), other, 'a.state')).toThrow(
      `a.state: the state is from model ${state.fingerprint}, this model is ${other.state().fingerprint}`,
    );
  });
});

test('the size in bytes is that of the numbers, twice as many for an LSTM', () => {
  const [H, layers] = [9, 2];
  expect(open(configs[0]).state().byteLength).toBe(layers * H * 4);
  expect(open(lstm).state().byteLength).toBe(2 * layers * H * 4);
  expect(open(lstm, reference).state().byteLength).toBe(2 * layers * H * 8);
  const tied = open(configs[3]).state();
  expect(tied.byteLength).toBe(tied.layers.reduce((sum, { h, c }) => sum + 4 * (h.length + c!.length), 0));
});

test('read does not change the carried state, and refuses what step refuses', () => {
  const model = open(lstm);
  const block = { N: 2, T: 1, xs: Int32Array.of(1, 2), ts: new Int32Array(2) };
  model.predict(model.place(block).xs);
  const carried = model.getState();
  const state = model.state();
  model.read(Int32Array.of(1, 2, 3), [state]);
  const before = numbersOf(state);
  expect(() => model.read(Int32Array.of(1, V), [state])).toThrow(`the id ${V}; ids must be 0 to ${V - 1}`);
  expect(() => model.read(Int32Array.of(1, 2), [state, state])).toThrow('share one state');
  expect(() => model.read(Int32Array.of(), [state])).toThrow('got 0 ids for 1 streams');
  expect(numbersOf(state)).toEqual(before);
  expect(model.getState()).toEqual(carried);
});

test('states merge into one with several streams and split again, as copies', () => {
  const model = open(lstm);
  const [a, b] = [model.state(), model.state()];
  model.step(Int32Array.of(1, 2), [a, b]);
  const both = State.merge([a, b]);
  expect([both.N, both.byteLength]).toEqual([2, a.byteLength + b.byteLength]);
  const [scores, expected] = [[both], [a, b]].map((states) =>
    model.step(Int32Array.of(3, 4), states).values(),
  );
  expect(scores).toEqual(expected);
  const parts = both.split();
  expect(parts.map(numbersOf)).toEqual([a, b].map(numbersOf));
  model.step(Int32Array.of(5, 6), [both]);
  expect(parts.map(numbersOf)).toEqual([a, b].map(numbersOf));
  expect(() => both.toBytes()).toThrow('State.toBytes: the state has 2 streams; it must have one.');
});

test('a state of N streams saves its numbers, and another restores them', async () => {
  const model = open(lstm);
  const state = model.state(3);
  model.step(Int32Array.of(1, 2, 3), [state]);
  const saved = await state.save();
  expect([saved.N, saved.layers.map(({ h, c }) => [h.length, c?.length])]).toEqual([
    3,
    [
      [27, 27],
      [27, 27],
    ],
  ]);
  const other = model.state(3);
  other.restore(saved);
  expect(numbersOf(other)).toEqual(numbersOf(state));
  expect(() => model.state(2).restore(saved)).toThrow('has 27 numbers; it needs N·H = 2·9 = 18');
});

test('the carried state can be copied out, set and saved', async () => {
  const model = open(lstm);
  expect([model.carried(), await model.save()]).toEqual([null, null]);
  const block = { N: 3, T: 2, xs: Int32Array.of(1, 2, 3, 4, 5, 6), ts: new Int32Array(6) };
  const { xs } = model.place(block);
  model.predict(xs);
  const [state, saved] = [model.carried(), await model.save()];
  const expected = model.predict(xs).values();
  for (const put of [() => model.carry(state), () => model.restore(saved)]) {
    put();
    expect(model.predict(xs).values()).toEqual(expected);
  }
  expect(await state?.save()).toEqual(saved);
});
