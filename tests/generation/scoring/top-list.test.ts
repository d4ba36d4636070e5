import { expect, test } from 'vitest';
import { TopList } from '../../../src/generation/scoring/top-list.ts';
import { randomIntegers } from '../../data/random-integers.ts';

test('the highest come first, ties in order of arrival', () => {
  const numbers = randomIntegers(1, 500, 90);
  const list = new TopList<string>(12);
  numbers.forEach((value, i) => list.offer(value, () => `${value} at ${i}`));
  const sorted = numbers.map((value, i) => ({ value, i })).sort((a, b) => b.value - a.value || a.i - b.i);
  expect(list.items).toEqual(sorted.slice(0, 12).map(({ value, i }) => `${value} at ${i}`));
});

test('an item is created only if it is among the highest', () => {
  const list = new TopList<string>(1);
  list.offer(2, () => 'two');
  list.offer(1, () => {
    throw new Error('made for nothing');
  });
  expect(list.items).toEqual(['two']);
});

test('NaN is ignored', () => {
  const list = new TopList<string>(2);
  list.offer(Number.NaN, () => 'nothing');
  list.offer(1, () => 'one');
  expect(list.items).toEqual(['one']);
});
