import type { ReadingFacts } from '../../../engine/reading/calls.ts';

/** The characters of a token of a reading, with the white space before it; those of its replacement if it is replaced. */
export function pieceOf({ text, starts, ends, replaced }: ReadingFacts, index: number): string {
  const before = text.slice(index === 0 ? 0 : ends[index - 1], starts[index]);
  const other = replaced.find(({ token }) => token === index);
  return other ? before + other.text : before + text.slice(starts[index], ends[index]);
}
