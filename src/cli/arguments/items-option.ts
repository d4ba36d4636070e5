import { type ItemSplit, itemSplit } from '../../data/items/item-split.ts';
import type { SavedModel } from '../../models/model-file.ts';
import type { Option } from '../command.ts';
import { UsageError } from './usage-error.ts';
import { valueType } from './value-types.ts';

/** `--items`, of every command that measures texts. */
export const itemsOption: Option<ItemSplit> = {
  value: 'HOW',
  type: valueType(itemSplit),
  help: 'How to split the text into items, for a model trained with --items: line, blank-line, file, jsonl:FIELD, csv:COLUMN',
  otherwise: 'as in training',
};

/**
 * How to split the texts of a model: by `--items`, otherwise as in training; null for a model of continuous text. Throws UsageError
 * for `--items` with a model of continuous text, and for `--state` with a model of items.
 * @param where the command
 */
export function splitWith(
  where: string,
  { items: own }: SavedModel,
  { items, state }: { readonly items: ItemSplit | undefined; readonly state?: string | undefined },
): ItemSplit | null {
  if (own === null && items !== undefined) {
    throw new UsageError(
      `${where}: got --items; it needs a model that was trained with --items. Leave --items out.`,
    );
  }
  if (own !== null && state !== undefined) {
    throw new UsageError(
      `${where}: got --state with a model of items; each item starts from the zero state. Leave --state out.`,
    );
  }
  return own === null ? null : (items ?? own);
}
