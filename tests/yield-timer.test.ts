import { expect, test } from 'vitest';
import { YieldTimer } from '../src/yield-timer.ts';

function busy(milliseconds: number): void {
  const began = performance.now();
  while (performance.now() - began < milliseconds);
}

test('long work lets a timer through, short work does not pause', async () => {
  const yieldTimer = new YieldTimer();
  const order: string[] = [];
  setTimeout(() => order.push('timer'), 0);
  await yieldTimer.yieldIfDue();
  order.push('short work');
  busy(60);
  await yieldTimer.yieldIfDue();
  order.push('long work');
  expect(order).toEqual(['short work', 'timer', 'long work']);
});

test('the time counts from the last pause on', async () => {
  const yieldTimer = new YieldTimer();
  busy(60);
  await yieldTimer.yieldIfDue();
  const order: string[] = [];
  setTimeout(() => order.push('timer'), 0);
  await yieldTimer.yieldIfDue();
  order.push('work');
  expect(order).toEqual(['work']);
});
