import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, expect, test, vi } from 'vitest';
import { nextTurn, YieldTimer } from '../src/yield-timer.ts';
import { stopClock } from './support/clock.ts';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

test('long work yields to timers, short work does not pause', async () => {
  const pass = stopClock();
  const yieldTimer = new YieldTimer();
  const order: string[] = [];
  setTimeout(() => order.push('timer'), 0);
  await yieldTimer.yieldIfDue();
  order.push('short work');
  pass(60);
  await yieldTimer.yieldIfDue();
  order.push('long work');
  expect(order).toEqual(['short work', 'timer', 'long work']);
});

test('the interval starts at the last pause', async () => {
  const pass = stopClock();
  const yieldTimer = new YieldTimer();
  pass(60);
  await yieldTimer.yieldIfDue();
  const order: string[] = [];
  setTimeout(() => order.push('timer'), 0);
  await yieldTimer.yieldIfDue();
  order.push('work');
  expect(order).toEqual(['work']);
});

test('in a page, yielding uses a message, which a hidden tab does not delay', async () => {
  vi.stubGlobal('setImmediate', undefined);
  const timer = vi.spyOn(globalThis, 'setTimeout');
  const pass = stopClock();
  const yieldTimer = new YieldTimer();
  pass(60);
  await yieldTimer.yieldIfDue();
  await nextTurn();
  expect(timer).not.toHaveBeenCalled();
  vi.stubGlobal('MessageChannel', undefined);
  await nextTurn();
  expect(timer).toHaveBeenCalledOnce();
});

test('yielding by a message processes other messages, and keeps no process alive', async () => {
  const module = JSON.stringify(new URL('../src/yield-timer.ts', import.meta.url).href);
  const program = `delete globalThis.setImmediate;
    const { nextTurn } = await import(${module});
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => { console.log('message'); port1.close(); };
    port2.postMessage(0);
    await nextTurn();
    console.log('turn');`;
  const { stdout } = await promisify(execFile)('node_modules/.bin/tsx', [
    '--input-type=module',
    '-e',
    program,
  ]);
  expect(stdout).toBe('message\nturn\n');
});
