import type { StartEvent } from '../../recipe/run/events.ts';
import { count, plural } from '../terminal/format.ts';

/** `31,033 (line) to train on, 1,000 to validate on; left out: 2 without a token, 3 that can't be read`. No row for endless text. */
export function itemRows({ corpus, recipe }: Pick<StartEvent, 'corpus' | 'recipe'>): [string, string][] {
  const { items } = corpus;
  if (!items) return [];
  const { train, valid, test, empty, skipped } = items;
  const parts = [
    `${count(train)} (${recipe.items}) to train on`,
    ...(valid === null ? [] : [`${count(valid)} to validate on`]),
    ...(test === null ? [] : [`${count(test)} to test on`]),
  ];
  const out = [
    ...(empty > 0 ? [`${count(empty)} without a token`] : []),
    ...(skipped > 0 ? [`${plural(skipped, 'line')} that can't be read`] : []),
  ];
  return [['items', `${parts.join(', ')}${out.length > 0 ? `; left out: ${out.join(', ')}` : ''}`]];
}
