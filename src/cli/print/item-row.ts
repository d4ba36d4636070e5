import type { StartEvent } from '../../recipe/run/events.ts';
import { count, plural } from '../terminal/format.ts';

/** `31,033 (line) for training, 1,000 for validation; left out: 2 empty, 3 malformed lines`. No row for continuous text. */
export function itemRows({ corpus, recipe }: Pick<StartEvent, 'corpus' | 'recipe'>): [string, string][] {
  const { items } = corpus;
  if (!items) return [];
  const { train, valid, test, empty, skipped } = items;
  const parts = [
    `${count(train)} (${recipe.items}) for training`,
    ...(valid === null ? [] : [`${count(valid)} for validation`]),
    ...(test === null ? [] : [`${count(test)} for testing`]),
  ];
  const out = [
    ...(empty > 0 ? [`${count(empty)} empty`] : []),
    ...(skipped > 0 ? [`${plural(skipped, 'malformed line')}`] : []),
  ];
  return [['items', `${parts.join(', ')}${out.length > 0 ? `; left out: ${out.join(', ')}` : ''}`]];
}
