import { expect, test } from 'vitest';
import { Breather } from '../src/breather.ts';

function busy(milliseconds: number): void {
  const began = performance.now();
  while (performance.now() - began < milliseconds);
}

test('long work lets a timer through, short work does not pause', async () => {
  const breather = new Breather();
  const order: string[] = [];
  setTimeout(() => order.push('timer'), 0);
  await breather.breathe();
  order.push('short work');
  busy(60);
  await breather.breathe();
  order.push('long work');
  expect(order).toEqual(['short work', 'timer', 'long work']);
});

test('the time counts from the last pause on', async () => {
  const breather = new Breather();
  busy(60);
  await breather.breathe();
  const order: string[] = [];
  setTimeout(() => order.push('timer'), 0);
  await breather.breathe();
  order.push('work');
  expect(order).toEqual(['work']);
});
