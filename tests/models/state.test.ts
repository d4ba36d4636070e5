import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test, vi } from 'vitest';
import { openBackend } from '../../src/backends/open.ts';
import { UnrolledError } from '../../src/errors.ts';
import { readSafetensors } from '../../src/formats/safetensors.ts';
import type { RecurrentConfig } from '../../src/models/config.ts';
import { RecurrentLM } from '../../src/models/recurrent-lm.ts';
import { State } from '../../src/models/state/state.ts';
import { Random } from '../../src/tensor/random.ts';
import { resealed } from '../support/resealed.ts';

const reference = await openBackend('reference');
const wasm = await openBackend('wasm', { threads: 1 });
const threaded = await openBackend('wasm', { threads: 3 });

const V = 11;
const sizes = { vocabSize: V, embeddingSize: 6, hiddenSize: 9, layers: 2 } as const;
const configs: readonly RecurrentConfig[] = [
  { cell: 'rnn', ...sizes },
  { cell: 'rnn-relu', ...sizes },
  { cell: 'lstm', ...sizes },
  { cell: 'lstm', ...sizes, tied: true },
  { cell: 'gru', ...sizes },
  { cell: 'gru', ...sizes, resetAfter: true },
];
const lstm = configs[2];

/** A model in which the past matters. */
function open(config: RecurrentConfig, backend = wasm, seed = 7): RecurrentLM {
  const model = new RecurrentLM(backend, config, new Random(6));
  const random = new Random(seed);
  for (const { value } of model.params) value.set(value.values().map(() => 0.5 * random.normal()));
  return model;
}

const draw = (random: Random, below: number) => Math.floor(random.uniform() * below);
const numbersOf = (state: State) => state.layers.flatMap(({ h, c }) => [...h, ...(c ?? [])]);

/** The scores after each token of a text that is read alone, one token at a time. */
function scoresAlone(model: RecurrentLM, text: readonly number[]): number[][] {
  const state = model.state();
  return text.map((id) => [...model.step(Int32Array.of(id), [state]).values()]);
}

describe.each(configs)('the states of a model of %o', (config) => {
  test.each([
    ['reference', reference],
    ['wasm', wasm],
    ['wasm on three threads', threaded],
  ] as const)(
    'do not touch one another, however the streams are interleaved and batched, on %s',
    (_, backend) => {
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
    },
  );

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

  test('go through bytes to the bit, and refuse those of other weights', () => {
    const model = open(config);
    const state = model.state();
    model.step(Int32Array.of(1, 2, 3), [state]);
    const again = State.fromBytes(state.toBytes(), model);
    expect(numbersOf(again)).toEqual(numbersOf(state));
    expect(again.toBytes()).toEqual(state.toBytes());
    const other = open(config, wasm, 8);
    expect(() => State.fromBytes(state.toBytes(), other, 'a.state')).toThrow(
      `a.state: the state is of the model ${state.fingerprint}, this one is ${other.state().fingerprint}`,
    );
  });
});

describe('State', () => {
  test('starts at 0, where a text starts', () => {
    const model = open(lstm);
    expect(numbersOf(model.state())).toEqual(new Array(2 * 2 * 9).fill(0));
    const { xs } = model.place({ N: 1, T: 2, xs: Int32Array.of(4, 5), ts: new Int32Array(2) });
    const expected = model.predictNext(xs).values();
    expect(model.step(Int32Array.of(4, 5), [model.state()]).values()).toEqual(expected);
  });

  test('moves on as the ids are read, T at once or one by one', () => {
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

  test('forks: what happens to one does not happen to the other', () => {
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

  test('leaves the streams that the model itself carries where they are', () => {
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

  test('needs no more memory for the 1000th step than for the 10th, whatever the batch sizes', () => {
    const model = open(lstm);
    const states = Array.from({ length: 8 }, () => model.state());
    const step = (N: number) => model.step(new Int32Array(N), states.slice(0, N));
    for (let N = 1; N <= 8; N++) step(N);
    const used = wasm.arena.bytesUsed;
    for (let i = 0; i < 1000; i++) step(1 + ((i * 5) % 8));
    expect(wasm.arena.bytesUsed).toBe(used);
  });

  test('of float32 opens on a backend of float64', () => {
    const [model, exact] = [open(lstm), open(lstm, reference)];
    const state = model.state();
    model.step(Int32Array.of(1, 2), [state]);
    expect(numbersOf(State.fromBytes(state.toBytes(), exact))).toEqual(numbersOf(state));
    const wide = State.fromBytes(state.toBytes(), exact);
    expect(numbersOf(State.fromBytes(wide.toBytes(), model))).toEqual(numbersOf(state));
  });
});

test('the bytes of a state are those of its numbers, which an LSTM has twice as many of', () => {
  const [H, layers] = [9, 2];
  expect(open(configs[0]).state().byteLength).toBe(layers * H * 4);
  expect(open(lstm).state().byteLength).toBe(2 * layers * H * 4);
  expect(open(lstm, reference).state().byteLength).toBe(2 * layers * H * 8);
  const tied = open(configs[3]).state();
  expect(tied.byteLength).toBe(tied.layers.reduce((sum, { h, c }) => sum + 4 * (h.length + c!.length), 0));
});

test('reading leaves the streams that the model itself carries, and refuses what a step refuses', () => {
  const model = open(lstm);
  const block = { N: 2, T: 1, xs: Int32Array.of(1, 2), ts: new Int32Array(2) };
  model.predict(model.place(block).xs);
  const carried = model.getState();
  const state = model.state();
  model.read(Int32Array.of(1, 2, 3), [state]);
  const before = numbersOf(state);
  expect(() => model.read(Int32Array.of(1, V), [state])).toThrow(`the id ${V}; ids must be 0 to ${V - 1}`);
  expect(() => model.read(Int32Array.of(1, 2), [state, state])).toThrow('have the same state');
  expect(() => model.read(Int32Array.of(), [state])).toThrow('got 0 ids for 1 streams');
  expect(numbersOf(state)).toEqual(before);
  expect(model.getState()).toEqual(carried);
});

test('states merge into one of several streams, and split again, as copies', () => {
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
  expect(() => both.toBytes()).toThrow('State.toBytes: the state is of 2 streams; bytes hold one.');
});

test('a state of N streams saves its numbers, and another one restores them', async () => {
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
  expect(() => model.state(2).restore(saved)).toThrow('has 27 numbers; N=2, H=9 needs 18');
});

test('the state that a model carries is taken out, put back and saved', async () => {
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

test.each([
  ['wasm', wasm],
  ['reference', reference],
] as const)('a hundred thousand forks that are released take no memory on %s', (_, backend) => {
  const model = open(lstm, backend);
  const state = model.state();
  model.step(Int32Array.of(1), [state]);
  for (let i = 0; i < 10; i++) state.fork().release();
  const used = backend.arena.bytesUsed;
  const kept: State[] = [];
  for (let i = 0; i < 100_000; i++) {
    kept.push(state.fork());
    if (kept.length === 3) for (const fork of kept.splice(0)) fork.release();
  }
  expect(backend.arena.bytesUsed).toBe(used);
  expect(numbersOf(kept[0])).toEqual(numbersOf(state));
});

test('states outlive the growth of their pool, and one that was released is refused', () => {
  const model = open(lstm);
  const states = Array.from({ length: 50 }, (_, n) => {
    const state = model.state();
    model.step(Int32Array.of(n % V), [state]);
    return state;
  });
  const fresh = model.state();
  model.step(Int32Array.of(3), [fresh]);
  expect(numbersOf(states[3])).toEqual(numbersOf(fresh));
  states[3].release();
  states[3].release();
  for (const use of [
    () => states[3].fork(),
    () => model.step(Int32Array.of(1), [states[3]]),
    () => states[3].toBytes(),
  ]) {
    expect(use).toThrow('State: it was released, and its memory may hold another one.');
  }
});

test('states outlive a growth of their pool that fails for want of memory', async () => {
  const model = open(lstm, await openBackend('wasm', { threads: 1 }));
  const { arena } = model.backend;
  const states = Array.from({ length: 3 }, (_, id) => {
    const state = model.state();
    model.step(Int32Array.of(id), [state]);
    return state;
  });
  const numbers = states.map(numbersOf);
  const take = arena.tensor;
  for (const left of [1, 3]) {
    let calls = 0;
    arena.tensor = (...args) => {
      if (calls++ === left) throw new UnrolledError('memory', 'no memory is left');
      return take.call(arena, ...args);
    };
    expect(() => model.state(100)).toThrow('no memory is left');
    arena.tensor = take;
    const others = arena.tensor([5000]);
    others.view().fill(7);
    expect(states.map(numbersOf)).toEqual(numbers);
    arena.release(others);
  }
  const more = model.state(5);
  expect(states.map(numbersOf)).toEqual(numbers);
  expect(new Set(numbersOf(more))).toEqual(new Set([0]));
});

test('the memory of states that were forgotten comes back', async () => {
  // Of its own: the models of other tests are forgotten too.
  const wasm = await openBackend('wasm', { threads: 1 });
  const model = open(lstm, wasm);
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  let collected = 0;
  const registry = new FinalizationRegistry<null>(() => collected++);
  const forgetStates = (count: number) => {
    for (let i = 0; i < count; i++) registry.register(model.state(), null);
  };
  forgetStates(1000);
  const used = wasm.arena.bytesUsed;
  for (let round = 0; round < 4; round++) {
    // The last one may still be held by a register.
    const forgotten = 1000 + 500 * round - 1;
    const areCollected = () => {
      collect();
      expect(collected).toBeGreaterThanOrEqual(forgotten);
    };
    await vi.waitFor(areCollected, { timeout: 20_000, interval: 10 });
    forgetStates(500);
  }
  expect(wasm.arena.bytesUsed).toBe(used);
});

describe('a step refuses', () => {
  const model = open(lstm);
  const ids = (...numbers: number[]) => Int32Array.from(numbers);

  test('one state for two streams', () => {
    const [a, b] = [model.state(), model.state()];
    expect(() => model.step(ids(1, 2, 3), [a, b, a])).toThrow('the streams 0 and 2 have the same state');
  });

  test('no state, and a state of another model', () => {
    expect(() => model.step(ids(), [])).toThrow('RecurrentLM: got no state');
    expect(() => model.step(ids(1), [open(configs[0]).state()])).toThrow('state 0 is of another model');
  });

  test('ids that are not as many for each stream', () => {
    const states = [model.state(), model.state()];
    expect(() => model.step(ids(1, 2, 3), states)).toThrow('RecurrentLM: got 3 ids for 2 streams');
    expect(() => model.step(ids(), states)).toThrow('RecurrentLM: got 0 ids for 2 streams');
  });

  test('an id outside the vocabulary, and leaves the states and the carried streams as they were', () => {
    const [a, b] = [model.state(), model.state()];
    model.step(ids(1, 2), [a, b]);
    const before = [numbersOf(a), numbersOf(b)];
    const carried = model.getState();
    expect(() => model.step(ids(1, V), [a, b])).toThrow(`the id ${V}; ids must be 0 to ${V - 1}`);
    expect([numbersOf(a), numbersOf(b)]).toEqual(before);
    expect(model.getState()).toEqual(carried);
  });
});

describe('bytes that are no state of this model are refused:', () => {
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

  test('cut short, at any length', () => {
    for (let length = 0; length < bytes.length; length += 7)
      expect(read(bytes.subarray(0, length))).toThrow(/^s: /);
  });

  test('of another format or version', () => {
    expect(read(changed(({ metadata }) => metadata.set('format', 'other')))).toThrow(
      's: the bytes hold arrays but no state',
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

  test('with an array too many, too few, of another length or type', () => {
    expect(read(changed(({ tensors }) => tensors.set('2.h', array(new Float32Array(9)))))).toThrow(
      's: it holds 5 arrays',
    );
    expect(read(changed(({ tensors }) => tensors.set('1.c', array(new Float32Array(8)))))).toThrow(
      's: there is no array 1.c of 9 floats',
    );
    const integers = { dtype: 'I32', shape: [9], data: new Int32Array(9) } as const;
    expect(read(changed(({ tensors }) => tensors.set('0.h', integers)))).toThrow(
      's: there is no array 0.h of 9 floats',
    );
    expect(
      read(
        changed(({ tensors }) => {
          tensors.delete('0.h');
          tensors.set('h', array(new Float32Array(9)));
        }),
      ),
    ).toThrow('s: there is no array 0.h');
  });

  test('with numbers that are not finite', () => {
    for (const wrong of [Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(
        read(changed(({ tensors }) => tensors.set('0.c', array(new Float32Array(9).fill(wrong))))),
      ).toThrow('s: 0.c holds NaN or infinite numbers');
    }
  });
});

test('a fingerprint tells configurations, cells and weights apart, and is the same for the same', () => {
  const prints = [...configs.map((config) => open(config)), open(lstm, wasm, 8)].map(
    (model) => model.state().fingerprint,
  );
  expect(new Set(prints).size).toBe(prints.length);
  expect(open(lstm).state().fingerprint).toBe(prints[2]);
  expect(open(lstm, reference).state().fingerprint).toBe(prints[2]);
  const explicit = open({ ...lstm, tied: false, resetAfter: false });
  expect(explicit.state().fingerprint).toBe(prints[2]);
});
