import { UnrolledError } from '../../errors.ts';
import { type Kind, shown } from '../../kinds.ts';
import type { Vocabulary } from '../vocabulary/vocabulary.ts';

/**
 * How a text is split into items: `line`, one per line; `blank-line`, one per paragraph; `file`, one per file; `jsonl:KEY`, the
 * string under a key of each JSON line; `csv:COLUMN`, the fields of a CSV column.
 */
export type ItemSplit = 'line' | 'blank-line' | 'file' | `jsonl:${string}` | `csv:${string}`;

const SPLIT = /^(line|blank-line|file|(jsonl|csv):.+)$/s;

/** `ItemSplit` as the kind of a setting. */
export const itemSplit: Kind<ItemSplit> = {
  form: 'text',
  needs: 'line, blank-line, file, jsonl:FIELD or csv:COLUMN',
  accepts: (value): value is ItemSplit => typeof value === 'string' && SPLIT.test(value),
};

/** Splits `jsonl:text` into `['jsonl', 'text']`; the second part is empty if there is no colon. */
export function partsOf(split: ItemSplit): readonly [way: string, name: string] {
  const colon = split.indexOf(':');
  return colon < 0 ? [split, ''] : [split.slice(0, colon), split.slice(colon + 1)];
}

/** The item split of a model; null for continuous text. A model has items exactly if its vocabulary has an end token. */
export function splitOf({
  items,
  vocabulary,
}: {
  readonly items?: ItemSplit | null;
  readonly vocabulary: Vocabulary;
}): ItemSplit | null {
  return vocabulary.endId < 0 ? null : (items ?? 'line');
}

/** Reads the split of a model file. Throws unless both the split and the end token are present, or neither. */
export function readSplit(where: string, items: string | undefined, { endId }: Vocabulary): ItemSplit | null {
  if (items === undefined && endId < 0) return null;
  if (endId >= 0 && itemSplit.accepts(items)) return items;
  throw new UnrolledError(
    'file-damaged',
    `${where}: its item split is ${items === undefined ? 'missing' : shown(items)} and its vocabulary has ` +
      `${endId < 0 ? 'no' : 'an'} end token; a model must have both or neither. Use another copy.`,
  );
}
