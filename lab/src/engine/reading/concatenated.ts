/** Some arrays one after the other, in a new one. */
export function concatenated(all: readonly ArrayLike<number>[]): Float32Array {
  const whole = new Float32Array(all.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const one of all) {
    whole.set(one, at);
    at += one.length;
  }
  return whole;
}
