/** All that an async iterator gives, or the first `count`. */
export async function collect<T>(
  from: AsyncIterable<T>,
  count: number = Number.POSITIVE_INFINITY,
): Promise<T[]> {
  const found: T[] = [];
  for await (const item of from) {
    found.push(item);
    if (found.length === count) break;
  }
  return found;
}
