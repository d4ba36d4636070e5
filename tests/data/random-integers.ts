/** Integers from 0 to below `limit`, the same for the same seed (Park and Miller's generator). */
export function randomIntegers(seed: number, length: number, limit: number): number[] {
  let state = seed;
  return Array.from({ length }, () => {
    state = (state * 48271) % 2147483647;
    return state % limit;
  });
}
