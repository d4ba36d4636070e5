import { expect, test } from 'vitest';
import { openBackend } from '../../../src/backends/open.ts';
import { UnrolledError } from '../../../src/errors.ts';
import type { State } from '../../../src/models/state/state.ts';
import { afterCollection } from '../../support/garbage.ts';
import { lstm, numbersOf, open, reference, V, wasm } from './open-models.ts';

test.each([
  ['wasm', wasm],
  ['reference', reference],
] as const)('ten thousand forks that are released take no memory on %s', (_, backend) => {
  const model = open(lstm, backend);
  const state = model.state();
  model.step(Int32Array.of(1), [state]);
  for (let i = 0; i < 10; i++) state.fork().release();
  const used = backend.arena.bytesUsed;
  const kept: State[] = [];
  for (let i = 0; i < 10_000; i++) {
    kept.push(state.fork());
    if (kept.length === 3) for (const fork of kept.splice(0)) fork.release();
  }
  expect(backend.arena.bytesUsed).toBe(used);
  expect(numbersOf(kept[0])).toEqual(numbersOf(state));
});

test('states survive the growth of their pool, and a released state is refused', () => {
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
    expect(use).toThrow('State: it was released, and its memory may be in use by another one.');
  }
});

test('states survive a failed growth of their pool', async () => {
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

test('the memory of unreachable states is freed', async () => {
  // Of its own: the models of other tests are forgotten too.
  const wasm = await openBackend('wasm', { threads: 1 });
  const model = open(lstm, wasm);
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
    await afterCollection(() => expect(collected).toBeGreaterThanOrEqual(forgotten));
    forgetStates(500);
  }
  expect(wasm.arena.bytesUsed).toBe(used);
});
