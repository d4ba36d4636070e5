/**
 * A function that passes on what it is called with: at once as long as it is called seldom, else at a pace, and then the last
 * value of those that came meanwhile. In a time t, at most `burst` + t / `interval` values are passed on.
 * @param interval in milliseconds
 */
export function paced<T>(
  { burst, interval }: { readonly burst: number; readonly interval: number },
  act: (value: T) => void,
): (value: T) => void {
  let left = burst;
  let waiting: { readonly value: T } | null = null;
  const tick = () => {
    left++;
    if (waiting) pass(waiting.value);
    if (left < burst) setTimeout(tick, interval);
  };
  const pass = (value: T) => {
    waiting = null;
    left--;
    act(value);
  };
  return (value) => {
    if (left === 0) waiting = { value };
    else {
      if (left === burst) setTimeout(tick, interval);
      pass(value);
    }
  };
}
