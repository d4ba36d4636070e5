/** Some arrays one after the other, in a new one. */
export function concatenated<T extends Float32Array | Int32Array>(
  create: new (length: number) => T,
  all: readonly ArrayLike<number>[],
): T {
  const whole = new create(all.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const one of all) {
    whole.set(one, at);
    at += one.length;
  }
  return whole;
}
