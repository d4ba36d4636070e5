/** Whether two messages have the same values. An absent field equals an empty list. */
export function sameMessage(a: unknown, b: unknown): boolean {
  if (a instanceof Uint8Array && b instanceof Uint8Array) {
    return a.length === b.length && a.every((byte, i) => byte === b[i]);
  }
  if (isList(a ?? []) && isList(b ?? [])) {
    const [x, y] = [a ?? [], b ?? []] as ArrayLike<unknown>[];
    return x.length === y.length && Array.prototype.every.call(x, (value, i) => sameMessage(value, y[i]));
  }
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return Object.is(a, b);
  const fields = new Set([...Object.keys(a), ...Object.keys(b)]) as Set<keyof typeof a>;
  return [...fields].every((field) => sameMessage(a[field], (b as typeof a)[field]));
}

function isList(value: unknown): boolean {
  return Array.isArray(value) || ArrayBuffer.isView(value);
}
