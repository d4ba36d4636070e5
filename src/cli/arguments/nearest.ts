/** ` Did you mean --epochs?`, or nothing when none of the names is close. */
export function didYouMean(given: string, names: readonly string[]): string {
  const reach = Math.ceil(given.length / 3);
  const [best] = names
    .map((name) => ({ name, distance: distance(given, name) }))
    .filter((candidate) => candidate.distance <= reach)
    .sort((a, b) => a.distance - b.distance);
  return best ? ` Did you mean ${best.name}?` : '';
}

/** How many characters must be put in, taken out or changed (Levenshtein 1965). */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const changed = row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(changed, row[j] + 1, next[j - 1] + 1));
    }
    row = next;
  }
  return row[b.length];
}
