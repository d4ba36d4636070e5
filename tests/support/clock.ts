import { vi } from 'vitest';

/** Stops `performance.now` until mocks are restored; the returned function lets this many milliseconds pass. */
export function stopClock(): (milliseconds: number) => void {
  let now = performance.now();
  vi.spyOn(performance, 'now').mockImplementation(() => now);
  return (milliseconds) => {
    now += milliseconds;
  };
}
