import { describe, expect, test } from 'vitest';
import { openBackend } from '../../src/backends/open.ts';
import { UnrolledError } from '../../src/errors.ts';
import { Arena } from '../../src/tensor/arena.ts';
import { PlainMemory } from '../../src/tensor/plain-memory.ts';
import { Random } from '../../src/tensor/random.ts';
import type { Tensor } from '../../src/tensor/tensor.ts';

const LINE = 64;
const open = (): Arena => new Arena(new PlainMemory(), 'float32');

describe('the arena', () => {
  test('allocates zeros of the requested type, aligned to cache lines', () => {
    const arena = open();
    const [a, b, c] = [arena.tensor([3]), arena.tensor([2], 'float64'), arena.sequence([1, 5], 'int32')];
    expect([a.view(), b.view(), c.view()]).toEqual([
      new Float32Array(3),
      new Float64Array(2),
      new Int32Array(5),
    ]);
    for (const { byteOffset } of [a, b, c]) expect(byteOffset % LINE).toBe(0);
    expect([a.order, c.order]).toEqual(['rows', 'time']);
  });

  test('allocates zeros in reused memory', () => {
    const arena = open();
    const first = arena.tensor([100]);
    first.view().fill(7);
    arena.release(first);
    const second = arena.tensor([100]);
    expect(second.byteOffset).toBe(first.byteOffset);
    expect(second.view()).toEqual(new Float32Array(100));
  });

  test('leaves a cache line after each block, which kernels may read', () => {
    const arena = open();
    const [a, b] = [arena.tensor([16]), arena.tensor([1])];
    expect(b.byteOffset - (a.byteOffset + 4 * a.size)).toBeGreaterThanOrEqual(LINE);
    expect(arena.memory.buffer.byteLength - (b.byteOffset + 4)).toBeGreaterThanOrEqual(LINE);
  });

  test('merges gaps: three freed neighbours hold one block of their total size', () => {
    for (const order of [
      [0, 1, 2],
      [2, 1, 0],
      [0, 2, 1],
      [1, 0, 2],
    ]) {
      const arena = open();
      const blocks = [0, 1, 2].map(() => arena.tensor([1024]));
      const wall = arena.tensor([1]);
      for (const i of order) arena.release(blocks[i]);
      const whole = arena.tensor([3 * 1024 + 2 * 16]); // their numbers and the two lines between them
      expect(whole.byteOffset).toBe(blocks[0].byteOffset);
      expect(whole.byteOffset + 4 * whole.size).toBeLessThanOrEqual(wall.byteOffset);
    }
  });

  test('counts the bytes in use and their peak', () => {
    const arena = open();
    expect([arena.bytesUsed, arena.bytesPeak]).toEqual([0, 0]);
    const a = arena.tensor([16]);
    const used = arena.bytesUsed;
    expect(used).toBeGreaterThanOrEqual(64);
    arena.release(arena.tensor([1000]));
    expect(arena.bytesUsed).toBe(used);
    expect(arena.bytesPeak).toBeGreaterThanOrEqual(used + 4000);
    arena.release(a);
    expect(arena.bytesUsed).toBe(0);
  });

  test('refuses to free a tensor that it did not allocate, or already freed', () => {
    const arena = open();
    const a = arena.tensor([4, 4]);
    expect(() => arena.release(a.part([4], 4))).toThrow(UnrolledError);
    arena.release(a);
    expect(() => arena.release(a)).toThrow(`Arena: no block starts at byte ${a.byteOffset}.`);
  });

  test('no two blocks ever overlap, for random allocations while the memory grows', async () => {
    for (const arena of [open(), (await openBackend('wasm', { threads: 1 })).arena])
      fuzz(arena, new Random(11));
  });
});

interface Held {
  tensor: Tensor;
  mark: number;
}

/** 4000 turns: each block is filled with a number of its own, which must still be there when it goes. */
function fuzz(arena: Arena, random: Random): void {
  const before = arena.bytesUsed;
  const start = arena.memory.buffer.byteLength;
  const held: Held[] = [];
  let overwritten = 0;
  const below = (limit: number) => Math.floor(random.uniform() * limit);
  const drop = () => {
    const { tensor, mark } = held.splice(below(held.length), 1)[0];
    overwritten += Number(!tensor.view().every((value) => value === mark));
    arena.release(tensor);
  };
  for (let turn = 1; turn <= 4000; turn++) {
    if (held.length > 0 && random.uniform() < (held.length > 60 ? 0.7 : 0.4)) {
      drop();
    } else {
      const tensor = arena.tensor([below(random.uniform() < 0.05 ? 30000 : 300)]);
      overwritten += Number(!tensor.view().every((value) => value === 0));
      tensor.view().fill(turn);
      held.push({ tensor, mark: turn });
    }
  }
  while (held.length > 0) drop();
  expect(overwritten).toBe(0);
  expect(arena.bytesUsed).toBe(before);
  expect(arena.memory.buffer.byteLength).toBeGreaterThan(start);
  expect(arena.memory.buffer.byteLength).toBeLessThan(4 * arena.bytesPeak);
}
