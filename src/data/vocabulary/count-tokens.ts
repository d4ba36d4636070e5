import { UnrolledError } from '../../errors.ts';

/** Maximum number of distinct tokens: V8's maps and sets have up to 2^24 entries, one of them for the unknown token. */
export const MAX_TOKENS: number = 2 ** 24 - 2;

/**
 * Counts tokens, in order of first appearance. Throws UnrolledError for more than `most` distinct tokens.
 * @param most Default 16,777,214
 */
export function countTokens(tokens: Iterable<string>, most: number = MAX_TOKENS): Map<string, number> {
  const counts = new Map<string, number>();
  for (const token of tokens) {
    const count = counts.get(token);
    if (count === undefined && counts.size === most) throw tooMany(most);
    counts.set(token, (count ?? 0) + 1);
  }
  return counts;
}

/**
 * The tokens of a vocabulary, in order: all, or if there are more than `maxSize`, the unknown token and the most frequent
 * others, ties by first appearance. Null if they don't fit and there is no unknown token.
 */
export function keptTokens(
  counts: ReadonlyMap<string, number>,
  maxSize: number,
  unknown: string | null,
): string[] | null {
  const hasUnknown = unknown === null || counts.has(unknown);
  if (counts.size + (hasUnknown ? 0 : 1) <= maxSize) {
    return hasUnknown ? [...counts.keys()] : [...counts.keys(), unknown];
  }
  if (unknown === null) return null;
  const kept = mostFrequent(counts, maxSize, unknown);
  const list = new Set<string>();
  for (const token of counts.keys()) list.add(kept.has(token) ? token : unknown);
  return [...list.add(unknown)];
}

/** Sorting is stable, so ties go to the earlier token. */
function mostFrequent(counts: ReadonlyMap<string, number>, maxSize: number, unknown: string): Set<string> {
  const others = [...counts].filter(([token]) => token !== unknown);
  if (others.length >= maxSize) others.sort((a, b) => b[1] - a[1]).length = maxSize - 1;
  return new Set(others.map(([token]) => token)).add(unknown);
}

function tooMany(most: number): UnrolledError {
  return new UnrolledError(
    'file-large',
    `Vocabulary: the text has more than ${most.toLocaleString('en')} distinct tokens, the maximum. Use ` +
      'character or byte tokens, or a part of the text.',
  );
}
