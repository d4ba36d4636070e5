/** Holds the thread. */
export function busy(milliseconds: number): void {
  const began = performance.now();
  while (performance.now() - began < milliseconds);
}
