/** The sizes of a tensor, outermost first: (N, T, D) is `[N, T, D]`. */
export type Shape = readonly number[];

/** The number of elements: the product of the sizes, 1 for a scalar. */
export function sizeOf(shape: Shape): number {
  let size = 1;
  for (const length of shape) size *= length;
  return size;
}

/** `(20, 35, 100)`, as error messages write a shape. */
export function formatShape(shape: Shape): string {
  return `(${shape.join(', ')})`;
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((length, axis) => length === b[axis]);
}

/** In how many parts the sum of M rows is taken: of 32 rows at most, so that threads can share them. */
export function rowChunks(M: number): number {
  return Math.ceil(M / 32);
}
