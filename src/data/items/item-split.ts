import { UnrolledError } from '../../errors.ts';
import { type Kind, shown } from '../../kinds.ts';
import type { Vocabulary } from '../vocabulary/vocabulary.ts';

/**
 * How a text is cut into items: at the end of each line; at blank lines; not at all, so that each file is an item; the strings
 * under a key of each line of JSON; the fields of a column of CSV.
 */
export type ItemSplit = 'line' | 'blank-line' | 'file' | `jsonl:${string}` | `csv:${string}`;

const SPLIT = /^(line|blank-line|file|(jsonl|csv):.+)$/s;

/** The same as the kind of a setting. */
export const itemSplit: Kind<ItemSplit> = {
  form: 'text',
  needs: 'line, blank-line, file, jsonl:FIELD or csv:COLUMN',
  accepts: (value): value is ItemSplit => typeof value === 'string' && SPLIT.test(value),
};

/** `['jsonl', 'text']` of `jsonl:text`; the second is empty where the split has no name in it. */
export function partsOf(split: ItemSplit): readonly [way: string, name: string] {
  const colon = split.indexOf(':');
  return colon < 0 ? [split, ''] : [split.slice(0, colon), split.slice(colon + 1)];
}

/** How the texts of a model are cut: it has items exactly if its vocabulary has an end token. */
export function splitOf({
  items,
  vocabulary,
}: {
  readonly items?: ItemSplit | null;
  readonly vocabulary: Vocabulary;
}): ItemSplit | null {
  return vocabulary.endId < 0 ? null : (items ?? 'line');
}

/** The split that a file names. Throws unless there is one where the vocabulary has an end token, and none elsewhere. */
export function readSplit(where: string, items: string | undefined, { endId }: Vocabulary): ItemSplit | null {
  if (items === undefined && endId < 0) return null;
  if (endId >= 0 && itemSplit.accepts(items)) return items;
  throw new UnrolledError(
    'file-damaged',
    `${where}: its items are ${items === undefined ? 'missing' : shown(items)}, and its vocabulary has ` +
      `${endId < 0 ? 'no' : 'an'} end token; a model has both or none. Use another copy.`,
  );
}
