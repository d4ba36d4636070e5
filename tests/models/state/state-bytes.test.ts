import { describe, expect, test } from 'vitest';
import { readSafetensors } from '../../../src/formats/safetensors.ts';
import { State } from '../../../src/models/state/state.ts';
import { resealed } from '../../support/resealed.ts';
import { configs, lstm, numbersOf, open, reference, wasm } from './open-models.ts';

describe('State', () => {
  test('starts at 0, where a text starts', () => {
    const model = open(lstm);
    expect(numbersOf(model.state())).toEqual(new Array(2 * 2 * 9).fill(0));
    const { xs } = model.place({ N: 1, T: 2, xs: Int32Array.of(4, 5), ts: new Int32Array(2) });
    const expected = model.predictNext(xs).values();
    expect(model.step(Int32Array.of(4, 5), [model.state()]).values()).toEqual(expected);
  });

  test('advances as ids are read, T at once or one by one', () => {
    const model = open(lstm);
    const [whole, stepwise] = [model.state(), model.state()];
    const scores = model.step(Int32Array.of(4, 5, 6), [whole]).values();
    let last = new Float64Array();
    for (const id of [4, 5, 6]) last = Float64Array.from(model.step(Int32Array.of(id), [stepwise]).values());
    expect(numbersOf(whole)).toEqual(numbersOf(stepwise));
    expect(scores).toEqual(last);
  });

  test('reads T steps of N streams step by step', () => {
    const model = open(lstm);
    const [a, b] = [model.state(), model.state()];
    model.step(Int32Array.of(1, 4, 2, 5, 3, 6), [a, b]);
    const [alone, other] = [model.state(), model.state()];
    model.step(Int32Array.of(1, 2, 3), [alone]);
    model.step(Int32Array.of(4, 5, 6), [other]);
    expect([a, b].map(numbersOf)).toEqual([alone, other].map(numbersOf));
  });

  test('forks independently', () => {
    const model = open(lstm);
    const state = model.state();
    model.step(Int32Array.of(1, 2), [state]);
    const kept = state.fork();
    const before = numbersOf(kept);
    model.step(Int32Array.of(3), [state]);
    expect(numbersOf(kept)).toEqual(before);
    expect(numbersOf(state)).not.toEqual(before);
    model.step(Int32Array.of(3), [kept]);
    expect(numbersOf(kept)).toEqual(numbersOf(state));
  });

  test("does not change the model's carried state", () => {
    const model = open(lstm);
    const block = { N: 3, T: 2, xs: Int32Array.of(1, 2, 3, 4, 5, 6), ts: new Int32Array(6) };
    model.predict(model.place(block).xs);
    const carried = model.getState();
    model.step(Int32Array.of(1, 2), [model.state(), model.state()]);
    expect(model.getState()).toEqual(carried);
    model.resetState();
    model.step(Int32Array.of(1), [model.state()]);
    expect(model.getState()).toBeNull();
  });

  test('needs constant memory for any number of steps and batch sizes', () => {
    const model = open(lstm);
    const states = Array.from({ length: 8 }, () => model.state());
    const step = (N: number) => model.step(new Int32Array(N), states.slice(0, N));
    for (let N = 1; N <= 8; N++) step(N);
    const used = wasm.arena.bytesUsed;
    for (let i = 0; i < 1000; i++) step(1 + ((i * 5) % 8));
    expect(wasm.arena.bytesUsed).toBe(used);
  });

  test('from a float32 backend opens on a float64 backend', () => {
    const [model, exact] = [open(lstm), open(lstm, reference)];
    const state = model.state();
    model.step(Int32Array.of(1, 2), [state]);
    expect(numbersOf(State.fromBytes(state.toBytes(), exact))).toEqual(numbersOf(state));
    const wide = State.fromBytes(state.toBytes(), exact);
    expect(numbersOf(State.fromBytes(wide.toBytes(), model))).toEqual(numbersOf(state));
  });
});

describe('bytes that are not a state of this model are refused:', () => {
  const model = open(lstm);
  const bytes = model.state().toBytes();

  /** The bytes with another array or entry in them. */
  function changed(edit: (parts: ReturnType<typeof readSafetensors>) => void): Uint8Array {
    const parts = readSafetensors(bytes);
    edit(parts);
    return resealed(parts.tensors, Object.fromEntries(parts.metadata));
  }
  const read = (from: Uint8Array) => () => State.fromBytes(from, model, 's');
  const array = (data: Float32Array) => ({ dtype: 'F32', shape: [data.length], data }) as const;

  test('truncated at any length', () => {
    for (let length = 0; length < bytes.length; length += 7)
      expect(read(bytes.subarray(0, length))).toThrow(/^s: /);
  });

  test('of another format or version', () => {
    expect(read(changed(({ metadata }) => metadata.set('format', 'other')))).toThrow(
      's: the bytes are not a state',
    );
    expect(read(changed(({ metadata }) => metadata.set('version', '3')))).toThrow(
      's: the file has format version 3; this unrolled reads version 1 and 2. Use a newer version of unrolled.',
    );
  });

  test('that changed after they were written, unless it is not verified', () => {
    const rotten = bytes.slice();
    rotten[rotten.length - 4] ^= 1;
    expect(read(rotten)).toThrow('s: its arrays changed after it was written');
    State.fromBytes(rotten, model, 's', { verify: false }).release();
  });

  test('with an extra or missing array, or one of another length or type', () => {
    expect(read(changed(({ tensors }) => tensors.set('2.h', array(new Float32Array(9)))))).toThrow(
      's: it has 5 arrays',
    );
    expect(read(changed(({ tensors }) => tensors.set('1.c', array(new Float32Array(8)))))).toThrow(
      's: the array 1.c of 9 floats is missing',
    );
    const integers = { dtype: 'I32', shape: [9], data: new Int32Array(9) } as const;
    expect(read(changed(({ tensors }) => tensors.set('0.h', integers)))).toThrow(
      's: the array 0.h of 9 floats is missing',
    );
    expect(
      read(
        changed(({ tensors }) => {
          tensors.delete('0.h');
          tensors.set('h', array(new Float32Array(9)));
        }),
      ),
    ).toThrow('s: the array 0.h');
  });

  test('with numbers that are not finite', () => {
    for (const wrong of [Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(
        read(changed(({ tensors }) => tensors.set('0.c', array(new Float32Array(9).fill(wrong))))),
      ).toThrow('s: 0.c contains NaN or infinite numbers');
    }
  });
});

test('a fingerprint depends only on configuration, cell and weights', () => {
  const prints = [...configs.map((config) => open(config)), open(lstm, wasm, 8)].map(
    (model) => model.state().fingerprint,
  );
  expect(new Set(prints).size).toBe(prints.length);
  expect(open(lstm).state().fingerprint).toBe(prints[2]);
  expect(open(lstm, reference).state().fingerprint).toBe(prints[2]);
  const explicit = open({ ...lstm, tied: false, resetAfter: false });
  expect(explicit.state().fingerprint).toBe(prints[2]);
});
