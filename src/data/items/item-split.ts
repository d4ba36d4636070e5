import type { Kind } from '../../kinds.ts';

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
