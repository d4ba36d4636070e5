import { expect, test } from 'vitest';
import { IntList } from '../../src/data/int-list.ts';

test('a list returns exactly what was pushed, beyond its initial capacity', () => {
  const list = new IntList();
  expect(list.toArray()).toEqual(new Int32Array(0));
  for (let i = 0; i < 5000; i++) list.push(-i);
  expect(list.length).toBe(5000);
  expect(list.toArray()).toEqual(Int32Array.from({ length: 5000 }, (_, i) => -i));
});

test('a returned array does not change when the list grows', () => {
  const list = new IntList();
  list.push(1);
  const taken = list.toArray();
  list.push(2);
  expect(taken).toEqual(Int32Array.of(1));
});
