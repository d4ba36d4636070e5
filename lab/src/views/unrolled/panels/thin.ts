/** A curve of at most `most` points: of each stretch of a longer one, the lowest and the highest, in their order. */
export function thin(
  values: ArrayLike<number>,
  most: number,
): { readonly xs: number[]; readonly ys: number[] } {
  const n = values.length;
  if (n <= most) return { xs: Array.from({ length: n }, (_, i) => i), ys: Array.from(values) };
  const stretches = Math.floor(most / 2);
  const xs = Array.from({ length: stretches }, (_, s) => {
    const [first, end] = [Math.floor((s * n) / stretches), Math.floor(((s + 1) * n) / stretches)];
    let [low, high] = [first, first];
    for (let i = first; i < end; i++) {
      if (values[i] < values[low]) low = i;
      if (values[i] > values[high]) high = i;
    }
    return [Math.min(low, high), Math.max(low, high)];
  }).flat();
  return { xs, ys: xs.map((x) => values[x]) };
}
