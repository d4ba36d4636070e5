/** The parts of the indices `start` to `end` − 1 that begin from one state: each but the first begins with a reset. */
export function* segmentsOf(
  resets: ReadonlySet<number>,
  start: number,
  end: number,
): Generator<readonly [number, number]> {
  for (let from = start; from < end; ) {
    let to = from + 1;
    while (to < end && !resets.has(to)) to++;
    yield [from, to];
    from = to;
  }
}

/** The last index up to `end` before which h and c are 0; index 0 is one. */
export function lastReset(resets: ReadonlySet<number>, end: number): number {
  let at = end;
  while (at > 0 && !resets.has(at)) at--;
  return at;
}
