/** A byte stream whose first bytes have been read. */
export interface PeekedBytes {
  readonly start: Uint8Array;
  /** The whole stream, including the start. It can be iterated once. */
  readonly chunks: AsyncIterable<Uint8Array>;
}

/** Reads the first chunks of a stream, until `isUndecided` is false for the bytes read. */
export async function peekStart(
  chunks: AsyncIterable<Uint8Array>,
  isUndecided: (start: Uint8Array) => boolean,
): Promise<PeekedBytes> {
  const iterator = chunks[Symbol.asyncIterator]();
  let start: Uint8Array = new Uint8Array();
  let isEnd = false;
  while (!isEnd && isUndecided(start)) {
    const next = await iterator.next();
    if (next.done) isEnd = true;
    else start = concatBytes([start, next.value]);
  }
  return { start, chunks: withStart(start, isEnd ? null : iterator) };
}

async function* withStart(
  start: Uint8Array,
  rest: AsyncIterator<Uint8Array> | null,
): AsyncGenerator<Uint8Array, void> {
  try {
    if (start.length > 0) yield start;
    for (let next = await rest?.next(); next && !next.done; next = await rest?.next()) yield next.value;
  } finally {
    await rest?.return?.();
  }
}

/** Concatenates byte arrays. If only one is not empty, it is returned without a copy. */
export function concatBytes(parts: readonly Uint8Array[]): Uint8Array {
  const filled = parts.filter((part) => part.length > 0);
  if (filled.length === 1) return filled[0];
  const whole = new Uint8Array(filled.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of filled) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
