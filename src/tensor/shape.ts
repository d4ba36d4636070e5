/** The sizes of a tensor, outermost first: (N, T, D) is `[N, T, D]`. */
export type Shape = readonly number[];

/** Number of elements: the product of the sizes, 1 for a scalar. */
export function sizeOf(shape: Shape): number {
  let size = 1;
  for (const length of shape) size *= length;
  return size;
}

/** Formats a shape for error messages: `(20, 35, 100)`. */
export function formatShape(shape: Shape): string {
  return `(${shape.join(', ')})`;
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((length, axis) => length === b[axis]);
}

/** Number of chunks of at most 32 rows that a sum over M rows is split into, for threads. */
export function rowChunks(M: number): number {
  return Math.ceil(M / 32);
}
