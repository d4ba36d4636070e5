import { type ItemSplit, itemSplit } from '../../data/items/item-split.ts';
import type { SavedModel } from '../../models/model-file.ts';
import type { Option } from '../command.ts';
import { UsageError } from './usage-error.ts';
import { valueType } from './value-types.ts';

/** `--items`, of every command that measures texts. */
export const itemsOption: Option<ItemSplit> = {
  value: 'HOW',
  type: valueType(itemSplit),
  help: 'How to cut the text into items, of a model of items: line, blank-line, file, jsonl:FIELD, csv:COLUMN',
  otherwise: 'as in training',
};

/**
 * How a model's texts are cut: as `--items` says, else as in training; null for endless text. Throws UsageError for `--items` with a
 * model of endless text, and for `--state` with one of items.
 * @param where the command
 */
export function splitWith(
  where: string,
  { items: own }: SavedModel,
  { items, state }: { readonly items: ItemSplit | undefined; readonly state?: string | undefined },
): ItemSplit | null {
  if (own === null && items !== undefined) {
    throw new UsageError(
      `${where}: got --items and a model of endless text; it needs a model of items. Leave --items out.`,
    );
  }
  if (own !== null && state !== undefined) {
    throw new UsageError(
      `${where}: got --state and a model of items, each of which begins at the zero state. Leave --state out.`,
    );
  }
  return own === null ? null : (items ?? own);
}
