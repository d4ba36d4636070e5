import { expect, test } from 'vitest';
import { UnrolledError } from '../../src/errors.ts';
import { Arena } from '../../src/tensor/arena.ts';
import { ArenaBranch } from '../../src/tensor/arena-branch.ts';
import { PlainMemory } from '../../src/tensor/plain-memory.ts';
import { afterCollection } from '../support/garbage.ts';

const over = new UnrolledError('call-order', 'the model was disposed');

function open(): { arena: Arena; branch: ArenaBranch } {
  const arena = new Arena(new PlainMemory(), 'float32');
  return { arena, branch: new ArenaBranch(arena) };
}

test('a branch takes its blocks from its parent and counts its own', () => {
  const { arena, branch } = open();
  const outside = arena.tensor([100]);
  const before = arena.bytesUsed;
  const [a, b] = [branch.tensor([3], 'float64'), branch.sequence([2, 5], 'int32')];
  expect([a.type, b.order, branch.bytesUsed]).toEqual(['float64', 'time', arena.bytesUsed - before]);
  a.view().fill(7);
  expect([...outside.values()].some((x) => x !== 0)).toBe(false);
  branch.release(a);
  expect(() => branch.release(a)).toThrow(UnrolledError);
  expect(() => branch.release(outside)).toThrow(UnrolledError);
  expect(branch.bytesUsed).toBe(arena.bytesUsed - before);
});

test('its end frees all its blocks, and its tensors throw from then on', () => {
  const { arena, branch } = open();
  const [outside, used] = [arena.tensor([4]), arena.bytesUsed];
  const inside = branch.tensor([1000]);
  const part = inside.part([10], 5);
  branch.close(over);
  branch.close(over);
  expect(arena.bytesUsed).toBe(used);
  for (const use of [() => inside.view(), () => part.values(), () => branch.tensor([1])]) {
    expect(use).toThrow('the model was disposed');
  }
  expect(outside.values()).toHaveLength(4);
});

test('the end of the parent ends its branches, whose numbers can still be read', () => {
  const { arena, branch } = open();
  const inside = branch.tensor([4]);
  arena.close(over);
  expect(inside.arena.closed).toBe(over);
  expect(() => branch.tensor([1])).toThrow('the model was disposed');
  expect([...inside.values()]).toEqual([0, 0, 0, 0]);
});

test('an unreachable branch is freed, unless one of its tensors is in use', async () => {
  const { arena } = open();
  const kept = (() => new ArenaBranch(arena).tensor([100]))();
  const used = arena.bytesUsed;
  const forget = () => new ArenaBranch(arena).tensor([1000]).size;
  for (let i = 0; i < 10; i++) forget();
  expect(arena.bytesUsed).toBeGreaterThan(used);
  await afterCollection(() => expect(arena.bytesUsed).toBe(used));
  expect(kept.values()).toHaveLength(100);
});
