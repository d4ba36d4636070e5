import { expect, test, vi } from 'vitest';
import { RequestSignal } from '../../../src/serving/scheduling/request-signal.ts';

test("is aborted with its caller's signal and reason", () => {
  const controller = new AbortController();
  const signal = new RequestSignal(controller.signal);
  const [stays, leaves] = [vi.fn(), vi.fn()];
  signal.addEventListener('abort', stays);
  signal.addEventListener('abort', leaves);
  signal.removeEventListener('abort', leaves);
  expect([signal.aborted, signal.reason]).toEqual([false, undefined]);
  controller.abort('gone');
  expect([signal.aborted, signal.reason]).toEqual([true, 'gone']);
  expect([stays.mock.calls.length, leaves.mock.calls.length]).toEqual([1, 0]);
  expect(new RequestSignal(AbortSignal.abort('late'))).toMatchObject({ aborted: true, reason: 'late' });
});

test('is aborted once, for the first reason', () => {
  const controller = new AbortController();
  const signal = new RequestSignal(controller.signal);
  const listener = vi.fn();
  signal.addEventListener('abort', listener);
  signal.abort('failed');
  controller.abort('gone');
  expect(signal.reason).toBe('failed');
  expect(listener).toHaveBeenCalledOnce();
});

test('does not listen to its caller after close', () => {
  const controller = new AbortController();
  const signal = new RequestSignal(controller.signal);
  signal.close();
  controller.abort('gone');
  expect(signal.aborted).toBe(false);
});

test('has a listener per sequence without a warning from Node', () => {
  const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
  const signal = new RequestSignal();
  for (let i = 0; i < 1000; i++) signal.addEventListener('abort', () => {});
  expect(warn).not.toHaveBeenCalled();
  warn.mockRestore();
});
