import type { CompactLine } from 'unrolled';

type Lines = AsyncIterable<CompactLine> | Iterable<CompactLine>;

/**
 * The scored lines of each model, line by line. An item without a token for one of the models is left out. The streams are
 * closed at the end.
 */
export async function* linesTogether(
  streams: readonly Lines[],
): AsyncGenerator<readonly CompactLine[], void> {
  const readers = streams.map((lines) => stepsOf(lines));
  const next = async (reader: AsyncGenerator<CompactLine, void>) => (await reader.next()).value ?? null;
  try {
    const lines = await Promise.all(readers.map(next));
    while (lines.every((line) => line !== null)) {
      const furthest = Math.max(...lines.map(({ line }) => line));
      if (lines.every(({ line }) => line === furthest)) {
        yield [...lines];
        for (const [i, reader] of readers.entries()) lines[i] = (await next(reader)) as CompactLine;
      } else {
        for (const [i, { line }] of lines.entries()) {
          if (line < furthest) lines[i] = (await next(readers[i])) as CompactLine;
        }
      }
    }
  } finally {
    for (const reader of readers) await reader.return();
  }
}

async function* stepsOf(lines: Lines): AsyncGenerator<CompactLine, void> {
  yield* lines;
}
