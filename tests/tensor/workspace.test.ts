import { expect, test } from 'vitest';
import { Arena } from '../../src/tensor/arena.ts';
import { PlainMemory } from '../../src/tensor/plain-memory.ts';
import { Workspace } from '../../src/tensor/workspace.ts';

function open(): { arena: Arena; space: Workspace } {
  const arena = new Arena(new PlainMemory(), 'float32');
  return { arena, space: new Workspace(arena) };
}

test('the same name and shape give the same tensor with its contents', () => {
  const { space } = open();
  const first = space.sequence('hs', [2, 3, 4]);
  first.view()[5] = 7;
  const second = space.sequence('hs', [2, 3, 4]);
  expect(second).toBe(first);
  expect(second.view()[5]).toBe(7);
});

test('other names have other memory', () => {
  const { space } = open();
  space.tensor('a', [4]).view().fill(1);
  space.tensor('b', [4]).view().fill(2);
  expect([...space.tensor('a', [4]).values()]).toEqual([1, 1, 1, 1]);
});

test('smaller shapes, and the largest again, allocate nothing', () => {
  const { arena, space } = open();
  const large = space.sequence('hs', [4, 10, 8]);
  const used = arena.bytesUsed;
  const small = space.sequence('hs', [1, 3, 8]);
  expect(small.byteOffset).toBe(large.byteOffset);
  expect([small.shape, small.order]).toEqual([[1, 3, 8], 'time']);
  expect(space.sequence('hs', [4, 10, 8]).byteOffset).toBe(large.byteOffset);
  expect(arena.bytesUsed).toBe(used);
});

test('a larger shape allocates a larger buffer and frees the old one', () => {
  const { arena, space } = open();
  space.tensor('x', [10]);
  space.tensor('x', [1000]);
  const used = arena.bytesUsed;
  expect(used).toBeLessThan(4 * 1000 + 3 * 64);
  expect(space.tensor('x', [20, 50]).shape).toEqual([20, 50]);
  expect(arena.bytesUsed).toBe(used);
});

test('after a failed allocation, the next shape gets its own buffer', () => {
  const { arena, space } = open();
  space.tensor('x', [10]);
  expect(() => space.tensor('x', [2 ** 40, 2 ** 20])).toThrow(/needs more bytes than any memory has/);
  const other = space.tensor('y', [10]);
  const again = space.tensor('x', [10]);
  other.view().fill(1);
  again.view().fill(2);
  expect([...other.values()]).toEqual(Array(10).fill(1));
  const used = arena.bytesUsed;
  expect(() => space.tensor('x', [2 ** 40, 2 ** 20])).toThrow(/needs more bytes than any memory has/);
  expect(arena.bytesUsed).toBeLessThanOrEqual(used);
  expect(space.tensor('x', [20]).shape).toEqual([20]);
});

test('the same shape in another order is another tensor', () => {
  const { space } = open();
  expect(space.tensor('x', [2, 3]).order).toBe('rows');
  expect(space.sequence('x', [2, 3]).order).toBe('time');
});
