import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { paced } from '../../lab/src/state/paced.ts';

const pace = { burst: 3, interval: 400 };

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('values are passed on at once, then at a pace, of those that wait the last one, and none twice', () => {
  const passed: number[] = [];
  const pass = paced(pace, (value: number) => passed.push(value));
  for (let value = 1; value <= 9; value++) pass(value);
  expect(passed).toEqual([1, 2, 3]);
  vi.advanceTimersByTime(399);
  expect(passed).toEqual([1, 2, 3]);
  vi.advanceTimersByTime(1);
  expect(passed).toEqual([1, 2, 3, 9]);
  pass(10);
  expect(passed).toHaveLength(4);
  vi.advanceTimersByTime(4000);
  expect(passed).toEqual([1, 2, 3, 9, 10]);
  for (let value = 11; value <= 15; value++) pass(value);
  expect(passed).toEqual([1, 2, 3, 9, 10, 11, 12, 13]);
});

test('no time has more values than the burst and its intervals, however often it is called', () => {
  const times: number[] = [];
  const pass = paced(pace, () => times.push(Date.now()));
  for (let key = 0; key < 1000; key++) {
    pass(key);
    vi.advanceTimersByTime(30);
  }
  const within = times.map((start) => times.filter((time) => time >= start && time < start + 4000).length);
  expect(Math.max(...within)).toBeLessThanOrEqual(13);
  expect(Math.max(...within)).toBeGreaterThan(10);
});
