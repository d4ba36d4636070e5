/** ` Did you mean --epochs?`, ` Did you mean --top-k or --top-p?`, or an empty string if no name is close. */
export function didYouMean(given: string, names: readonly string[]): string {
  const meant = candidates(given, names);
  return meant.length > 0 ? ` Did you mean ${oneOf(meant)}?` : '';
}

/** The names that differ only in dashes and case, otherwise those with this prefix, otherwise the nearest one. */
function candidates(given: string, names: readonly string[]): readonly string[] {
  const letters = lettersOf(given);
  const same = names.filter((name) => lettersOf(name) === letters);
  if (same.length > 0 || letters === '') return same;
  const longer = names.filter((name) => lettersOf(name).startsWith(letters));
  return longer.length > 0 ? longer : nearest(given, names);
}

function lettersOf(name: string): string {
  return name
    .toLowerCase()
    .replace(/^[-–—−]+/, '')
    .replaceAll('_', '-');
}

function nearest(given: string, names: readonly string[]): readonly string[] {
  const reach = Math.ceil(given.length / 3);
  return names
    .map((name) => ({ name, distance: distance(given, name) }))
    .filter((candidate) => candidate.distance <= reach)
    .sort((a, b) => a.distance - b.distance)
    .slice(0, 1)
    .map(({ name }) => name);
}

function oneOf(names: readonly string[]): string {
  return names.length === 1 ? names[0] : `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
}

/** The Levenshtein distance. */
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
